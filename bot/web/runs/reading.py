"""What every template of the screen Runs has: the reader's words, and runs told in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from bot.texts import Language, texts
from bot.texts.desk import reasons, runs, shell, steering
from bot.texts.desk.shell import ShellTexts
from bot.texts.desk.steering import SteeringTexts
from bot.web.curator import Curator
from bot.web.formats import number
from bot.web.refusals import Refused
from bot.web.rendering import language_for
from bot.web.runs.timeline import lasted
from bot.web.runs.wording import Wording, people_of, plain
from bot.web.services import Services
from finetune import NotFound, Run, estimated_cost


@dataclass(frozen=True)
class Reading:
    """One reader's language, for these runs."""

    language: Language
    wording: Wording

    @classmethod
    async def of(
        cls, services: Services, request: Request, curator: Curator, shown: Sequence[Run]
    ) -> "Reading":
        """Asks for the names of whoever had to do with the runs."""
        language = language_for(request)
        people = await people_of(shown, services.desk.names, curator.team)
        japanese = language is Language.JA
        said = (runs.JA, reasons.JA) if japanese else (runs.EN, reasons.EN)
        return cls(language, Wording(*said, people))

    @property
    def words(self) -> ShellTexts:
        """The shell's."""
        return shell.JA if self.language is Language.JA else shell.EN

    @property
    def steering(self) -> SteeringTexts:
        """Of the forms."""
        return steering.JA if self.language is Language.JA else steering.EN

    @property
    def values(self) -> dict[str, Any]:
        """For a template."""
        return {
            "t": self.wording.said,
            "steering": self.steering,
            "slack": texts(self.language),
            "told": self.wording,
            "plain": plain,
            "cost": self.cost,
            "lasted": lasted,
        }

    def cost(self, run: Run) -> str:
        """About what it costs; empty where the price is not known."""
        found = estimated_cost(run)
        if found is None:
            return ""
        amount = number(round(found.amount, 2))
        return self.wording.said.cost_estimate.format(amount=amount, currency=found.currency)


async def found(services: Services, curator: Curator, run_id: str) -> Run:
    """The run, of this curator's workspace. Raises Refused."""
    try:
        return await services.workspace(curator.team).runs.get(run_id)
    except NotFound:
        raise Refused("no_page", 404) from None
