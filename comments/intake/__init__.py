"""Intake: what stands between a reader’s words and the page."""
