"""The vendors behind the ports: Redis, OpenAI's API, the embedded Valkey."""
