"""What people (and another app) put into a channel: messages, files, edits, deletions.

The part of the control API that `control.py` hands to `Writing`.
"""

import secrets
import time

from fastapi import Request

from bot.sandbox import control_find as find
from bot.sandbox import control_requests as ask
from bot.sandbox import posting
from bot.sandbox.composer import compose
from bot.sandbox.config import Json
from bot.sandbox.errors import BadRequest
from bot.sandbox.file_objects import new_file, shared
from bot.sandbox.payloads import rich_text
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import OTHER_APP_ID, OTHER_BOT, OTHER_BOT_ID, OTHER_BOT_USER, TEAM_ID

MOST_BYTES = 50_000_000  # of one file; Slack takes a gigabyte


class Writing:
    """One method per route."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def message(self, body: ask.PostMessage) -> Json:
        channel = find.channel(self._sandbox, body.user, body.channel)
        files = [self._own_file(body.user, each, channel) for each in body.files]
        text = _composed(body.text) if body.text.strip() or not files else ""
        fields = {
            "user": body.user,
            "client_msg_id": secrets.token_hex(16),
            "team": TEAM_ID,
            "text": text,
            **({"blocks": rich_text(text)} if text else {}),
            **(_sharing(files) if files else {}),
        }
        return self._post(channel, fields, body.thread_ts)

    async def bot_message(self, body: ask.PostAsBot) -> Json:
        """Another app speaks in a channel that this one is in as well."""
        channel = self._sandbox.state.channels.get(body.channel)
        if channel is None:
            raise BadRequest(f"There is no channel {body.channel!r}.", 404)
        fields: Json = {"bot_id": OTHER_BOT_ID, "text": _composed(body.text)}
        if body.as_user:
            fields |= {"user": OTHER_BOT_USER, "app_id": OTHER_APP_ID, "team": TEAM_ID}
        else:
            fields |= {"subtype": "bot_message", "username": OTHER_BOT.real_name}
        return self._post(channel, fields, body.thread_ts)

    async def upload(self, user: str, name: str, request: Request) -> Json:
        """Keep the body as a file of this person's, to be posted with a message."""
        owner, content = find.person(user), await request.body()
        if not content:
            raise BadRequest(f"{name} is empty.")
        if len(content) > MOST_BYTES:
            raise BadRequest(f"{name} is larger than {MOST_BYTES // 1_000_000} MB.", 413)
        base_url = str(request.base_url).rstrip("/")
        file = new_file(base_url, owner, name.rpartition("/")[2], len(content))
        self._sandbox.state.files.save(file, content)
        return {"file": file["id"]}

    async def edit(self, body: ask.EditMessage) -> Json:
        message = find.own_message(self._sandbox, body.user, body.channel, body.message_ts)
        text = _composed(body.text)
        if text == message.body.get("text"):
            return {"ts": message.ts}
        edited = {"user": body.user, "ts": f"{time.time():.6f}"}
        posting.edit(self._sandbox, message, text=text, blocks=rich_text(text), edited=edited)
        return {"ts": message.ts}

    async def delete(self, body: ask.NamedMessage) -> Json:
        message = find.own_message(self._sandbox, body.user, body.channel, body.message_ts)
        posting.delete(self._sandbox, message)
        return {"ts": message.ts}

    def _post(self, channel: Json, fields: Json, thread_ts: str | None) -> Json:
        if thread_ts and not self._sandbox.state.messages.get(channel["id"], thread_ts):
            raise BadRequest(
                f"There is no message {thread_ts} in {channel['id']} to reply to.", 404
            )
        posted = posting.post(self._sandbox, channel, fields, thread_ts=thread_ts)
        return {"ts": posted.ts, "thread_ts": posted.thread_ts}

    def _own_file(self, user: str, file_id: str, channel: Json) -> Json:
        found = self._sandbox.state.files.get(file_id)
        if found is None or found[0]["user"] != user:
            raise BadRequest(f"{user} uploaded no file {file_id!r}.", 404)
        return self._sandbox.state.files.save(shared(found[0], channel))


def _sharing(files: list[Json]) -> Json:
    return {"subtype": "file_share", "files": files, "upload": False, "display_as_bot": False}


def _composed(typed: str) -> str:
    text = compose(typed.strip())
    if not text:
        raise BadRequest("A message needs some text.")
    return text
