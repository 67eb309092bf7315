"""Who reads a screen of the desk."""

from dataclasses import dataclass, field

from bot.domain.ports import Visitor


@dataclass(frozen=True)
class Curator:
    """Somebody who is signed in and may curate; an `admin` may also decide about runs.

    `form_token` belongs into every form they get. What they may is asked again at every effect.
    """

    visitor: Visitor
    name: str
    form_token: str
    word: str = field(repr=False)
    admin: bool = False

    @property
    def team(self) -> str:
        """Their workspace."""
        return self.visitor.team

    @property
    def user(self) -> str:
        """Their id in Slack."""
        return self.visitor.user
