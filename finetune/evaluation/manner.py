"""How cases are put to a model: as chat, or as bare prompts in the form of a legacy model."""

from typing import NamedTuple

from finetune.asking.legacy import LegacyForm
from finetune.asking.question import Answer, Question
from finetune.evaluation.case_files import FileCase


class Manner(NamedTuple):
    """The same for every model that is compared. `legacy` None: chat."""

    temperature: float | None = 0.0
    max_tokens: int | None = None
    top_logprobs: int | None = None
    legacy: LegacyForm | None = None
    separator_seen: bool = False  # in the cases' own prompts

    def question(self, case: FileCase, model: str) -> Question:
        """What `model` is asked in this case."""
        asked = Question(
            model=model,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            top_logprobs=self.top_logprobs,
        )
        if self.legacy is None:
            return asked.model_copy(update={"messages": case.messages})
        prompt = self.legacy.prompt(case.question)
        return asked.model_copy(update={"prompt": prompt, "stop": self.legacy.stop})

    def text(self, answer: Answer) -> str:
        """The answer as it is measured."""
        return self.legacy.answer(answer.content) if self.legacy else answer.content.strip()

    def wanted(self, case: FileCase) -> str | None:
        """The wanted answer, in the same form."""
        if case.wanted is None:
            return None
        return self.legacy.answer(case.wanted) if self.legacy else case.wanted.strip()
