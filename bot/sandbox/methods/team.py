"""auth.test, team.info, oauth.v2.access: which workspace and app this is."""

from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.workspace import (
    APP_ID,
    APP_NAME,
    BOT_ID,
    BOT_USER,
    CHIE,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
)


def auth_test(call: Call) -> Json:
    return {
        "url": f"{call.base_url}/",
        "team": TEAM_NAME,
        "user": APP_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def team_info(_call: Call) -> Json:
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "icon": {}}}


def oauth_access(call: Call) -> Json:
    """Exchange the code that `/oauth/v2/authorize` gave out; each works once."""
    issued = call.sandbox.oauth_codes.pop(call.required("code", "invalid_code"), None)
    if issued is None:
        raise SlackRefusal("invalid_code")
    if call.text("client_id") not in (None, issued.client_id):
        raise SlackRefusal("invalid_client_id")
    if call.text("redirect_uri") not in (None, issued.redirect_uri):
        raise SlackRefusal("bad_redirect_uri")
    return {
        "access_token": call.sandbox.config.bot_token,
        "token_type": "bot",
        "scope": ",".join(issued.scopes),
        "bot_user_id": BOT_USER,
        "app_id": APP_ID,
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": CHIE.user_id},
    }


METHODS = {"auth.test": auth_test, "team.info": team_info, "oauth.v2.access": oauth_access}
