"""Training runs: what is asked of a provider, and the persisted state machine that asks it."""
