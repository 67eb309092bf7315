"""Who comes to the curation pages, and how Slack says who it is."""

from typing import NamedTuple, Protocol


class Visitor(NamedTuple):
    """A member of a workspace whose bot this is. `team`: the owner of the installation."""

    team: str
    user: str


class SignIn(Protocol):
    """Signing in through somebody who knows the members: OpenID Connect's authorization code flow."""

    def address(self, state: str, nonce: str) -> str:
        """Where the browser is sent; it comes back with a code and the `state`."""
        ...

    async def visitor(self, code: str, nonce: str) -> Visitor:
        """Who came back. Raises SignInRefused, NotAtHome and SurfaceUnavailable."""
        ...


class Curators(Protocol):
    """Who may see the pages now."""

    async def may_curate(self, visitor: Visitor) -> bool:
        """Whether the app is installed there and the role is held. Raises SurfaceUnavailable."""
        ...

    async def may_steer(self, visitor: Visitor) -> bool:
        """Whether they are an admin there now. Raises SurfaceUnavailable."""
        ...
