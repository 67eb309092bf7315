"""The provider's fine-tuning jobs, worked with on files alone."""
