"""users.*, usergroups.*, bots.info: who is in the workspace."""

from bot.sandbox.call import Call, page
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.workspace import (
    APP_ID,
    APP_NAME,
    BOT_ID,
    BOT_USER,
    MEMBERS,
    OTHER_APP_ID,
    OTHER_BOT,
    OTHER_BOT_ID,
    OTHER_BOT_USER,
    TEAM_ID,
    USER_GROUPS,
    Person,
)


def users_info(call: Call) -> Json:
    person = MEMBERS.get(call.required("user", "user_not_found"))
    if person is None:
        raise SlackRefusal("user_not_found")
    return {"user": _user(person, locale=call.flag("include_locale"))}


def users_list(call: Call) -> Json:
    everyone = [_user(person, locale=call.flag("include_locale")) for person in MEMBERS.values()]
    some, cursor = page(everyone, call.text("cursor"), call.number("limit", 200, 1000))
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


def group_users(call: Call) -> Json:
    group = USER_GROUPS.get(call.required("usergroup", "no_such_subteam"))
    if group is None:
        raise SlackRefusal("no_such_subteam")
    return {"users": list(group[1])}


def groups(call: Call) -> Json:
    found = [
        {"id": group_id, "team_id": TEAM_ID, "handle": handle, "name": handle, "is_usergroup": True}
        | ({"users": list(users)} if call.flag("include_users") else {})
        for group_id, (handle, users) in USER_GROUPS.items()
    ]
    return {"usergroups": found}


def bots_info(call: Call) -> Json:
    bot_id = call.text("bot") or BOT_ID
    if bot_id not in _BOTS:
        raise SlackRefusal("bot_not_found")
    return {
        "bot": {
            "id": bot_id,
            "deleted": False,
            **_BOTS[bot_id],
            "updated": 1732170000,
            "icons": {},
        }
    }


_BOTS = {
    BOT_ID: {"name": APP_NAME, "app_id": APP_ID, "user_id": BOT_USER},
    OTHER_BOT_ID: {"name": OTHER_BOT.name, "app_id": OTHER_APP_ID, "user_id": OTHER_BOT_USER},
}


def _user(person: Person, *, locale: bool) -> Json:
    user = {
        "id": person.user_id,
        "team_id": TEAM_ID,
        "name": person.name,
        "deleted": False,
        "color": person.colour,
        "real_name": person.real_name,
        "tz": "Asia/Tokyo",
        "tz_label": "Japan Standard Time",
        "tz_offset": 32400,
        "profile": {
            "real_name": person.real_name,
            "real_name_normalized": person.real_name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "title": person.title,
            "team": TEAM_ID,
        },
        "is_admin": person.is_admin,
        "is_owner": person.is_admin,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1732170000,
    }
    return {**user, "locale": person.locale} if locale else user


METHODS = {
    "users.info": users_info,
    "users.list": users_list,
    "usergroups.users.list": group_users,
    "usergroups.list": groups,
    "bots.info": bots_info,
}
