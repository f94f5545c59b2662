// The small window in which somebody logged in again: the page that opened it goes on where it was.

new BroadcastChannel("logged-in").postMessage(true);
window.close();
