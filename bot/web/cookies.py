"""The two cookies of the pages: who is signed in, and which sign-in this browser began.

On https their names begin with `__Host-`: a browser then takes them only from this very host, with
Secure and for the whole of it, so that no neighbouring host can plant one.
"""

from dataclasses import dataclass

from fastapi import Request, Response

from bot.web.access import SESSION_SECONDS, SIGN_IN_SECONDS


@dataclass(frozen=True)
class Cookies:
    """`https`: how browsers reach this server."""

    https: bool

    @property
    def session(self) -> str:
        """Name of the session's cookie."""
        return self._named("apprentice")

    @property
    def sign_in(self) -> str:
        """Name of the cookie that lives from our button until Slack's redirect."""
        return self._named("apprentice-sign-in")

    def begun(self, request: Request) -> tuple[str, str]:
        """State and nonce of the sign-in that this browser began; empty where it began none."""
        state, _, nonce = request.cookies.get(self.sign_in, "").rpartition(".")
        return state, nonce

    def begin(self, answer: Response, state: str, nonce: str) -> None:
        """Bind a sign-in to this browser. Lax: Slack's redirect has to bring it along."""
        self._set(answer, self.sign_in, f"{state}.{nonce}", SIGN_IN_SECONDS)

    def word(self, request: Request) -> str:
        """The session's word; empty where there is none."""
        return request.cookies.get(self.session, "")

    def keep(self, answer: Response, word: str) -> None:
        """Signed in."""
        self._set(answer, self.session, word, SESSION_SECONDS)

    def drop(self, answer: Response, name: str) -> None:
        """Take a cookie away again."""
        answer.delete_cookie(name, secure=self.https, httponly=True, samesite="lax")

    def _set(self, answer: Response, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(
            name, value, max_age=seconds, httponly=True, samesite="lax", secure=self.https
        )

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.https else name
