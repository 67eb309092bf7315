"""Evaluation: ask candidate and champion the same questions, and report what changed."""
