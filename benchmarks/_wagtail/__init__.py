"""A small Wagtail site as its users build one, for `benchmarks/uncached.py`: it runs in an environment of its own."""
