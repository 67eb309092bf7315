"""A teacher model writes training examples under a constraint."""
