"""Sources of articles: found by a DOI, a PMID or an address, and asked about again. Begin reading in `lookup.py`."""
