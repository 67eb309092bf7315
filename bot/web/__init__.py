"""The curation pages, for reviewing many examples at once in a browser."""
