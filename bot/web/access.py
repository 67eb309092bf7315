"""Who may see the curation pages: a link from App Home, then a session cookie, both signed.

Links are made when a curator opens App Home; the pages check the role again at every request.
"""

from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeTimedSerializer

LINK_SECONDS = 15 * 60
SESSION_SECONDS = 8 * 3600


class Visitor(NamedTuple):
    """A Slack user of a workspace."""

    team: str
    user: str


class Access:
    """Signs and reads links, sessions and form tokens with one secret."""

    def __init__(self, secret: str, web_url: str) -> None:
        self._link = URLSafeTimedSerializer(secret, salt="apprentice-link")
        self._session = URLSafeTimedSerializer(secret, salt="apprentice-session")
        self._form = URLSafeTimedSerializer(secret, salt="apprentice-form")
        self._web_url = web_url

    def link(self, team: str, user: str) -> str:
        """The way in, good for a quarter of an hour."""
        return f"{self._web_url}/curate/enter?token={self._link.dumps([team, user])}"

    def enter(self, token: str) -> Visitor | None:
        """Who a link was made for; None when it is forged or too old."""
        return _read(self._link, token, LINK_SECONDS)

    def session(self, visitor: Visitor) -> str:
        """The cookie's value."""
        return self._session.dumps(list(visitor))

    def visitor(self, cookie: str | None) -> Visitor | None:
        """Who a cookie was made for."""
        return _read(self._session, cookie or "", SESSION_SECONDS)

    def form_token(self, visitor: Visitor) -> str:
        """Proves that a form came from our own page."""
        return self._form.dumps(list(visitor))

    def form_is_ours(self, visitor: Visitor, token: str) -> bool:
        """Whether the token was made for this visitor."""
        return _read(self._form, token, SESSION_SECONDS) == visitor


def _read(serializer: URLSafeTimedSerializer, text: str, seconds: int) -> Visitor | None:
    try:
        team, user = serializer.loads(text, max_age=seconds)
    except BadSignature:
        return None
    return Visitor(team, user)
