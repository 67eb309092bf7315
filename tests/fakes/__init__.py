"""Fakes that tests of the whole project share: small, queueing answers, keeping a history."""
