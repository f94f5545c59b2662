"""From a DOI, a PMID or an address to a source as it stands under an article. Begin reading in `lookup.py`."""
