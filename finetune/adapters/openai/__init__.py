"""The openai SDK against any provider that speaks its wire format."""

from finetune.adapters.openai.asking import OpenAIAsking
from finetune.adapters.openai.jobs import OpenAIJobs
from finetune.adapters.openai.listing import OpenAIListing
from finetune.adapters.openai.tuning import OpenAIFineTuning
from finetune.adapters.openai.uploads import OpenAIUploads

__all__ = ["OpenAIAsking", "OpenAIFineTuning", "OpenAIJobs", "OpenAIListing", "OpenAIUploads"]
