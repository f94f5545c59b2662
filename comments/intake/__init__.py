"""What stands between a reader’s words and the page: what is noticed, and who is known."""
