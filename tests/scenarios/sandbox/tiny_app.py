"""A small real Bolt app, to see that the sandbox behaves as Slack does towards slack_bolt and slack_sdk.

It answers mentions and direct messages by a stream with feedback buttons, opens a form on 👎, refuses the
form's word "wrong", publishes a Home, and keeps everything it heard.
"""

import re
from typing import Any

from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.models.blocks import HeaderBlock, SectionBlock
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.reply import feedback_buttons, reply_mark
from tests.scenarios.sandbox import gallery

SECRET = "the-signing-secret"
Json = dict[str, Any]
ANSWER = "Hello **you**\n\n| Day | Opens |\n|---|---|\n| Monday | 7:30 |\n\n- one\n- two"
PROMPT = {"title": "Opening hours", "message": "When do we open?"}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Save"},
    "close": {"type": "plain_text", "text": "Cancel"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Your words"},
            "element": {"type": "plain_text_input", "action_id": "words", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "colour",
            "optional": True,
            "label": {"type": "plain_text", "text": "Colour"},
            "element": {
                "type": "radio_buttons",
                "action_id": "colour",
                "options": [
                    {"value": "red", "text": {"type": "plain_text", "text": "Red"}},
                    {"value": "blue", "text": {"type": "plain_text", "text": "Blue"}},
                ],
            },
        },
    ],
}


class TinyApp:
    """`heard`: (kind, payload) of everything that came, in order."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.heard: list[tuple[str, Json]] = []
        self.client = client
        self.web = FastAPI()
        app = AsyncApp(client=client, signing_secret=SECRET, ignoring_self_events_enabled=False)
        self.bolt = app
        handler = AsyncSlackRequestHandler(app)
        self._register(app)

        @self.web.post("/slack/events")
        async def events(request: Request) -> Response:
            return await handler.handle(request)

    def events(self, kind: str) -> list[Json]:
        return [payload for heard, payload in self.heard if heard == kind]

    def _register(self, app: AsyncApp) -> None:
        for kind in ("reaction_added", "reaction_removed"):
            app.event(kind)(self._keep)
        app.event("app_mention")(self._answer)
        for subtype in ("message_changed", "message_deleted"):
            app.event({"type": "message", "subtype": subtype})(self._changed)
        app.event("message")(self._message)
        app.event("app_home_opened")(self._home)
        app.action("feedback")(self._feedback)
        app.action(re.compile("^(?!feedback$)"))(self._pressed)
        app.view("gallery")(self._submitted_gallery)
        app.view("form")(self._submitted)
        app.command("/retrain")(self._command)
        app.shortcut("correct_reply")(self._shortcut)

    async def _keep(self, event: Json) -> None:
        self.heard.append((event["type"], event))

    async def _changed(self, event: Json) -> None:
        self.heard.append((event["subtype"], event))

    async def _message(self, event: Json) -> None:
        await self._keep(event)
        if event.get("channel_type") == "im" and not event.get("bot_id"):
            await self._reply(event)

    async def _answer(self, event: Json) -> None:
        await self._keep(event)
        await self._reply(event)

    async def _reply(self, event: Json) -> None:
        if event.get("subtype"):
            return
        stream = await self.client.chat_stream(
            channel=event["channel"],
            thread_ts=event.get("thread_ts") or event["ts"],
            recipient_team_id="T0DEMO0001",
            recipient_user_id=event["user"],
            buffer_size=8,
        )
        await stream.append(markdown_text=ANSWER)
        await stream.stop(blocks=[feedback_buttons(event["ts"])], metadata=reply_mark(event["ts"]))

    async def _home(self, event: Json) -> None:
        await self._keep(event)
        if event["tab"] == "messages":
            await self.client.assistant_threads_setSuggestedPrompts(
                channel_id=event["channel"], title="Ask me", prompts=[PROMPT]
            )
            return
        blocks = [
            HeaderBlock(text="Welcome home"),
            SectionBlock(text=f"You are <@{event['user']}>"),
        ]
        await self.client.views_publish(
            user_id=event["user"], view=View(type="home", blocks=blocks)
        )

    async def _feedback(self, ack: Any, body: Json, action: Json) -> None:
        self.heard.append(("feedback", {**body, "action": action}))
        if action["value"] == "down":
            await self.client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    async def _pressed(self, ack: Any, body: Json, action: Json) -> None:
        self.heard.append(("block_actions", {**body, "action": action}))
        await ack()

    async def _submitted_gallery(self, ack: Any, body: Json) -> None:
        self.heard.append(("view_submission", body))
        await ack()

    async def _submitted(self, ack: Any, body: Json, view: Json) -> None:
        self.heard.append(("view_submission", body))
        if view["state"]["values"]["words"]["words"]["value"] == "wrong":
            await ack(response_action="errors", errors={"words": "Not that."})
            return
        await ack()

    async def _command(self, ack: Any, body: Json) -> None:
        self.heard.append(("command", body))
        if body["text"] == "slow":
            return  # never acknowledged: Bolt answers 404, as for an app that forgot to
        if body["text"] == "form":
            await self.client.views_open(trigger_id=body["trigger_id"], view=gallery.FORM)
            await ack()
            return
        await ack(text="Only for *your* eyes")

    async def _shortcut(self, ack: Any, body: Json) -> None:
        self.heard.append(("message_action", body))
        await ack()
        await self.client.views_open(trigger_id=body["trigger_id"], view=FORM)
