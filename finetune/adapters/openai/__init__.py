"""The openai SDK against any provider that speaks its wire format."""

from finetune.adapters.openai.asking import OpenAIAsking
from finetune.adapters.openai.tuning import OpenAIFineTuning

__all__ = ["OpenAIAsking", "OpenAIFineTuning"]
