"""Fine-tuning jobs of a provider: started once, followed through trouble, and their results."""
