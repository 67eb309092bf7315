"""Fixtures of these tests: a provider that speaks the OpenAI wire format."""

from tests.fakes.openai_stub import openai_stub

__all__ = ["openai_stub"]
