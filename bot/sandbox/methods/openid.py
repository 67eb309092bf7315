"""openid.connect.token, openid.connect.userInfo: what comes of signing in with Slack."""

import secrets
import time

from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.openid import CODE_SECONDS, user_info


def token(call: Call) -> Json:
    """Exchange the code that `/openid/connect/authorize` gave out; each works once."""
    if call.text("grant_type") not in (None, "authorization_code"):
        raise SlackRefusal("invalid_grant_type")
    provider, wanted = call.sandbox.openid, call.sandbox.config.client_secret
    given = call.text("client_secret") or ""
    if not given or (wanted and given != wanted):
        raise SlackRefusal("bad_client_secret")
    issued = provider.codes.get(call.required("code", "invalid_code"))
    if issued is None or time.time() - issued.at > CODE_SECONDS:
        raise SlackRefusal("invalid_code")
    if call.text("client_id") != issued.client_id:
        raise SlackRefusal("invalid_client_id")
    if call.text("redirect_uri") != issued.redirect_uri:
        raise SlackRefusal("bad_redirect_uri")
    del provider.codes[call.required("code")]
    access = f"xoxp-sandbox-{secrets.token_hex(8)}"
    provider.tokens[access] = issued
    return {"access_token": access, "token_type": "Bearer", "id_token": provider.id_token(issued)}


def person(call: Call) -> Json:
    """Who signed in, for the token that came with the id_token."""
    issued = call.sandbox.openid.tokens.get(call.required("token", "not_authed"))
    if issued is None:
        raise SlackRefusal("invalid_auth")
    return user_info(issued)


METHODS = {"openid.connect.token": token, "openid.connect.userInfo": person}
