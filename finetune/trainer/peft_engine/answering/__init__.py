"""How a model of transformers answers: shared weights, one batch of everybody's tokens, text as it grows."""
