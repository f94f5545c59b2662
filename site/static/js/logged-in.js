// The small window in which somebody logged in again: the page that opened it goes on where it was.

new BroadcastChannel("logged-in").postMessage(true);
// A window that goes at once may take its message with it.
setTimeout(() => window.close(), 300);
