"""Forms of the newsroom: what writers and editors type."""

WIDE = {"class": "vLargeTextField"}
