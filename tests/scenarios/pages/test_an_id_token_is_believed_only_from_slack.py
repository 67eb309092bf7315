"""What Slack would never sign is refused: other keys, algorithms, audiences, nonces, ages, people."""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.sandbox.openid import OpenId, SignInCode, _claims
from tests.factories import ASKER, CURATOR
from tests.scenarios.pages.conftest import House, sign_in

pytestmark = pytest.mark.anyio
OTHER = generate_private_key(public_exponent=65537, key_size=2048)
Forge = Callable[[OpenId, SignInCode], str]


def unsigned(openid: OpenId, issued: SignInCode) -> str:
    return jwt.encode(_claims(issued), None, algorithm="none", headers={"kid": openid.key_id})


def with_the_public_key_as_secret(openid: OpenId, issued: SignInCode) -> str:
    """HS256 with what everybody knows; made by hand, since PyJWT refuses to."""
    import base64
    import hashlib
    import hmac
    import json

    public = openid.key.public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def part(value: Any) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    head = {"alg": "HS256", "typ": "JWT", "kid": openid.key_id}
    signed = part(head) + b"." + part(_claims(issued))
    mac = hmac.digest(secret, signed, hashlib.sha256)
    return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def with_another_key(openid: OpenId, issued: SignInCode) -> str:
    """It even says that it is Slack's."""
    return jwt.encode(_claims(issued), OTHER, algorithm="RS256", headers={"kid": openid.key_id})


def with_a_key_nobody_has(openid: OpenId, issued: SignInCode) -> str:
    return jwt.encode(_claims(issued), openid.key, algorithm="RS256", headers={"kid": "unknown"})


def with_a_key_of_its_own(openid: OpenId, issued: SignInCode) -> str:
    """The header brings the key along, and an address to fetch it from."""
    brought = jwt.algorithms.RSAAlgorithm.to_jwk(OTHER.public_key(), as_dict=True)
    headers = {"kid": openid.key_id, "jwk": brought, "jku": "https://evil.example.com/keys"}
    return jwt.encode(_claims(issued), OTHER, algorithm="RS256", headers=headers)


def changed_afterwards(openid: OpenId, issued: SignInCode) -> str:
    """The signature of one person's token under another's claims."""
    asker = SignInCode(issued.client_id, issued.redirect_uri, issued.scopes, issued.nonce, ASKER)
    headers = {"kid": openid.key_id}
    theirs, ours = (
        jwt.encode(_claims(each), openid.key, algorithm="RS256", headers=headers).split(".")
        for each in (asker, issued)
    )
    return ".".join((*ours[:2], theirs[2]))


def no_token(openid: OpenId, issued: SignInCode) -> str:
    return "certainly.not.one"


def nothing(openid: OpenId, issued: SignInCode) -> str:
    return ""


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        with_the_public_key_as_secret,
        with_another_key,
        with_a_key_nobody_has,
        with_a_key_of_its_own,
        changed_afterwards,
        no_token,
        nothing,
    ],
)
async def test_a_forged_token_is_refused(
    house: House, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenId, "id_token", forge)
    async with house.browser() as browser:
        back = await sign_in(browser)
        assert back.status_code == 403
        assert "Slack did not confirm who you are" in back.text
        assert "apprentice" not in browser.cookies


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another.app"},
        {"aud": ["1234.5678", "another.app"]},
        {"iss": "https://evil.example.com"},
        {"iss": "https://slack.com/"},
        {"nonce": "of-another-sign-in"},
        {"nonce": ""},
        {"exp": NOW - 3600},
        {"exp": None},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
        {"https://slack.com/user_id": None},
    ],
)
async def test_a_token_for_somebody_or_some_time_else_is_refused(
    house: House, claims: dict[str, Any]
) -> None:
    house.openid.claims.update(claims)
    async with house.browser() as browser:
        assert (await sign_in(browser)).status_code == 403
        assert "apprentice" not in browser.cookies


async def test_clocks_may_differ_a_little(house: House) -> None:
    house.openid.claims.update({"exp": int(time.time()) - 5, "iat": int(time.time()) + 5})
    async with house.browser() as browser:
        assert (await sign_in(browser)).status_code == 303


async def test_a_member_of_another_workspace_is_refused(house: House) -> None:
    """Even where they are called as our curator is."""
    house.openid.claims["https://slack.com/team_id"] = "T0SOMEWHERE"
    async with house.browser() as browser:
        back = await sign_in(browser, CURATOR)
        assert back.status_code == 403
        assert "This bot is not in your workspace" in back.text
        assert "apprentice" not in browser.cookies


async def test_slack_may_change_its_keys(house: House) -> None:
    """The new key is fetched when it is first seen."""
    from bot.slack import signing_keys

    async with house.browser() as browser:
        assert (await sign_in(browser)).status_code == 303
    house.openid.key = OTHER
    house.openid.key_id = "next"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(signing_keys, "AGAIN", 0.0)
        async with house.browser() as browser:
            assert (await sign_in(browser)).status_code == 303
