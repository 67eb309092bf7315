"""The curated dataset: examples, where they are kept, what may enter, and frozen snapshots."""
