"""Asking models: one question, many at once, and never paying twice for the same answer."""
