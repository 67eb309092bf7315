"""Who signs in with Slack here: codes given out, id_tokens signed with a key of this start.

`openid_routes.py` gives out the codes, `methods/openid.py` exchanges them; both find their state at
`Sandbox.openid`.
"""

import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from bot.sandbox.config import Json
from bot.sandbox.workspace import MEMBERS, TEAM_DOMAIN, TEAM_ID, TEAM_NAME

ISSUER = "https://slack.com"  # as Slack's own tokens say, wherever they are fetched
CODE_SECONDS = 600.0  # a code is good for ten minutes
TOKEN_SECONDS = 300


@dataclass(frozen=True)
class SignInCode:
    """What one sign-in asked for and who it is, until its code is exchanged."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    nonce: str
    user_id: str
    at: float = field(default_factory=time.time)


@dataclass
class OpenId:
    """`claims` are put over those of every id_token; `codes` and `tokens` are what was given out."""

    codes: dict[str, SignInCode] = field(default_factory=dict)
    tokens: dict[str, SignInCode] = field(default_factory=dict)
    claims: Json = field(default_factory=dict)
    key_id: str = field(default_factory=lambda: secrets.token_hex(8))

    @cached_property
    def key(self) -> RSAPrivateKey:
        """Made when somebody signs in for the first time."""
        return generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def key_set(self) -> Json:
        """The public half, as `openid/connect/keys` shows it."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": self.key_id, "alg": "RS256", "use": "sig"}]}

    def id_token(self, issued: SignInCode) -> str:
        """Signed."""
        claims = {**_claims(issued), **self.claims}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.key_id})


def user_info(issued: SignInCode) -> Json:
    """What the granted scopes let an app know of the person."""
    person = MEMBERS[issued.user_id]
    known: Json = {
        "sub": person.user_id,
        "https://slack.com/user_id": person.user_id,
        "https://slack.com/team_id": TEAM_ID,
    }
    if "email" in issued.scopes:
        known |= {"email": f"{person.name}@{TEAM_DOMAIN}.example.com", "email_verified": True}
    if "profile" in issued.scopes:
        known |= {
            "name": person.real_name,
            "locale": person.locale,
            "https://slack.com/team_name": TEAM_NAME,
            "https://slack.com/team_domain": TEAM_DOMAIN,
        }
    return known


def _claims(issued: SignInCode) -> Json:
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": issued.client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "auth_time": now,
        "nonce": issued.nonce,
        **user_info(issued),
    }
