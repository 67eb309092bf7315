"""What lets a browser in: links made for App Home, sign-ins under way, sessions, form tokens.

A session is a random word in a cookie, known to Redis by its hash (`RedisSessions`), so that signing
out ends it wherever the cookie was copied to. Links and form tokens are signed; one secret makes the
key of each by a salt of its own, so that none can stand for another.
"""

import hmac
import secrets
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.adapters.redis import RedisSessions
from bot.domain.ports import Visitor

LINK_SECONDS = 15 * 60
SIGN_IN_SECONDS = 10 * 60  # between our button and Slack's redirect
SESSION_SECONDS = 8 * 3600  # from signing in, whatever is done meanwhile
ENOUGH = 16  # characters of a secret; Slack's have 32


def strong(secret: str) -> bool:
    """Whether it is long enough to sign with."""
    return len("".join(secret.split())) >= ENOUGH


class Access:
    """`web_url`: where browsers find the pages, without a slash at the end.

    A secret that could be guessed signs nothing: one that nobody knows takes its place, and links of
    other processes open nothing here. `server.py` does not start without a strong one.
    """

    def __init__(self, secret: str, web_url: str, sessions: RedisSessions) -> None:
        secret = secret if strong(secret) else secrets.token_urlsafe(32)
        self._links = URLSafeTimedSerializer(secret, salt="apprentice-link")
        self._states = URLSafeTimedSerializer(secret, salt="apprentice-sign-in")
        # The key of the forms is derived here as itsdangerous derives that of the links: by a salt.
        self._form_key = hmac.digest(secret.encode(), b"apprentice-form", sha256)
        self._web_url = web_url
        self._sessions = sessions

    def link(self, team: str, user: str) -> str:
        """The way in from App Home, for one use within a quarter of an hour."""
        token = self._links.dumps([team, user, secrets.token_urlsafe(12)])
        return f"{self._web_url}/curate/enter?token={token}"

    def invited(self, token: str) -> Visitor | None:
        """Who a link was made for; None when it is forged or too old. It is not used up by this."""
        try:
            team, user, _ = self._links.loads(token, max_age=LINK_SECONDS)
        except (BadSignature, ValueError):
            return None
        return Visitor(team, user)

    async def spend(self, token: str) -> bool:
        """Whether a link that `invited` has read is used for the first time; it is used up."""
        return await self._sessions.spend(token, LINK_SECONDS)

    async def begin(self, visitor: Visitor, before: str) -> str:
        """A new session's word; the one that the browser had `before` ends."""
        if before:
            await self._sessions.end(before)
        word = secrets.token_urlsafe(32)
        await self._sessions.begin(word, visitor, SESSION_SECONDS)
        return word

    async def visitor(self, word: str) -> Visitor | None:
        """Who is signed in with this word."""
        return await self._sessions.visitor(word) if word else None

    async def end(self, word: str) -> None:
        """Sign out."""
        await self._sessions.end(word)

    def begin_sign_in(self) -> tuple[str, str]:
        """A state, good once, and the nonce that Slack has to repeat in what it signs.

        The state is signed instead of being stored: whoever asks for one leaves nothing behind.
        """
        return str(self._states.dumps(secrets.token_urlsafe(12))), secrets.token_urlsafe(32)

    async def completes(self, state: str, begun: str) -> bool:
        """Whether the state that came back is the one this browser began with, unused until now."""
        if not begun or not hmac.compare_digest(state.encode(), begun.encode()):
            return False
        try:
            self._states.loads(state, max_age=SIGN_IN_SECONDS)
        except BadSignature:
            return False
        return await self._sessions.spend(state, SIGN_IN_SECONDS)

    def form_token(self, word: str) -> str:
        """Proves that a form comes from a page of this session."""
        return hmac.digest(self._form_key, word.encode(), sha256).hex()

    def form_is_ours(self, word: str, token: str) -> bool:
        """Whether the token was made for this session."""
        return hmac.compare_digest(self.form_token(word).encode(), token.encode())
