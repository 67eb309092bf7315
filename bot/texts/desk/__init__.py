"""Sentences of the curation desk, one module per screen; each has `EN` and `JA` of one class."""
