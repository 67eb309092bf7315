"""Implementations of the ports that talk to Redis and to model providers."""
