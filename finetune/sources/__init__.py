"""Other systems' records → training examples."""
