"""Encryption of what must not be read in the database: the tokens of installed workspaces.

Keys come from ENCRYPTION_KEY: the first encrypts, every one decrypts, so that a key is changed by
putting the new one in front and dropping the old one when nothing is read with it any more.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import NotReady

MAKE_ONE = (
    'make one by `python -c "from cryptography.fernet import Fernet; '
    'print(Fernet.generate_key().decode())"`'
)


class Cipher:
    """Raises NotReady without a key, or with one that is none."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise NotReady(f"ENCRYPTION_KEY is not set; {MAKE_ONE}")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise NotReady(f"ENCRYPTION_KEY holds what is no key; {MAKE_ONE}") from None

    def seal(self, plain: str) -> str:
        """Readable by this key, or by one that has this among its own."""
        return self._fernet.encrypt(plain.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """None where no key fits, or where something was changed."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None
