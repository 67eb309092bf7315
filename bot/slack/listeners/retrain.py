"""`/retrain`, its words and its modal. Only admins get past the first line."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.decisions import Who, refusal
from bot.errors import NotAllowed
from bot.slack.blocks.notice import notice_view
from bot.slack.blocks.retrain import Wish, dry_run_view, loading_view, retrain_view, wish
from bot.slack.listeners.channels import open_channel_settings
from bot.slack.retrain_words import RetrainWords
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.trouble import TROUBLE
from bot.texts import Texts
from finetune import FinetuneError, RunRefused, Status

log = structlog.get_logger(__name__)
MANY = 2_000  # approved examples that take too long to read before anything is shown
GRACE = 1.0  # seconds of Slack's three after which something is shown, even if it is not all
TRIES, PAUSE = 20, 0.5  # Slack shows the view of an answer a moment after it has the answer


class Retrain:
    """Listeners of the slash command and of the modal it opens."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._words = RetrainWords(services)

    async def command(
        self,
        ack: AsyncAck,
        command: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Check the role, then open the modal or do what the word says."""
        who = team, user = Who(team_of(context), str(context.user_id))
        said = await self._services.texts(team, user)
        try:
            await self._services.steering.check(who, "/retrain")
        except NotAllowed:
            await ack(text=said.retrain.not_admin)
            return
        word, _, rest = str(command.get("text") or "").strip().partition(" ")
        trigger_id, channel = command["trigger_id"], command["channel_id"]
        if not word:
            await self._open(ack, client, trigger_id, team, channel, said)
            return
        if word.lower() == "channel":
            await open_channel_settings(self._services, client, trigger_id, team, channel, user)
            await ack()
            return
        try:
            await ack(text=await self._words.answer(who, word.lower(), rest.strip(), said))
        except FinetuneError as error:
            await ack(text=refusal(error, said))

    async def _open(
        self,
        ack: AsyncAck,
        client: AsyncWebClient,
        trigger_id: str,
        team: str,
        channel: str,
        said: Texts,
    ) -> None:
        """The modal; while a large dataset is read, one that says so, filled in afterwards."""
        counts = await self._services.workspace(team).dataset.counts()
        reading = None
        if counts.get(Status.APPROVED, 0) <= MANY:
            reading = asyncio.create_task(self._shown(self._view(team, channel, said), said))
            done, _ = await asyncio.wait({reading}, timeout=GRACE)
            if done:
                await client.views_open(trigger_id=trigger_id, view=reading.result())
                await ack()
                return
        opened = await client.views_open(
            trigger_id=trigger_id, view=loading_view(channel, said.retrain)
        )
        await ack()
        reading = reading or asyncio.create_task(self._shown(self._view(team, channel, said), said))
        target = {"view_id": str(opened["view"]["id"])}
        self._services.later.start(self._fill(client, target, reading))

    async def _view(self, team: str, channel: str, said: Texts) -> View:
        runs = self._services.workspace(team).runs
        preview = await runs.preview()
        return retrain_view(preview, channel, await runs.rehearse(), said)

    async def _shown(self, making: Awaitable[View], said: Texts) -> View:
        """The view, or what kept it from being made: nobody waits before a modal for ever."""
        try:
            return await making
        except FinetuneError as error:
            return notice_view(said.retrain.title, str(error))
        except Exception:
            log.exception("view_not_made")
            return notice_view(said.retrain.title, said.retrain.trouble)

    async def _fill(
        self, client: AsyncWebClient, target: Mapping[str, str], reading: "asyncio.Task[View]"
    ) -> None:
        """Put the view in the place of the one that `target` names, once Slack shows that."""
        view = await reading
        for _ in range(TRIES):
            try:
                await client.views_update(**target, view=view)
            except TROUBLE as error:
                if isinstance(error, SlackApiError) and error.response["error"] == "not_found":
                    await asyncio.sleep(PAUSE)
                    continue
                log.warning("view_not_filled", error=str(error))
            return
        log.info("view_not_filled", error="closed meanwhile")

    async def submitted(
        self,
        ack: AsyncAck,
        view: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Plan a run, once however often the modal is submitted, and let the tasks drive it."""
        who = team, user = Who(team_of(context), str(context.user_id))
        said = await self._services.texts(team, user)
        title, steering = said.retrain.title, self._services.steering
        wanted = wish(view, self._services.workspace(team).runs.base_model)
        try:
            await steering.check(who, "retrain")
            if wrong := await self._wrong(team, wanted, said):
                await ack(response_action="errors", errors={"base_typed": wrong})
                return
            if wanted.dry:
                await self._rehearse(ack, client, team, wanted, said)
                return
            await steering.start(
                who,
                view["id"],
                base_model=wanted.base_model,
                method=wanted.method,
                trigger="slack",
                channel=json.loads(view["private_metadata"])["channel"],
            )
        except NotAllowed:
            await ack(response_action="update", view=notice_view(title, said.retrain.not_admin))
        except FinetuneError as error:
            await ack(response_action="update", view=notice_view(title, refusal(error, said)))
        else:
            await ack()

    async def _wrong(self, team: str, wanted: Wish, said: Texts) -> str:
        """What to say under the field of the base model; nothing if it may be used."""
        if not wanted.base_model or not wanted.usable:
            return said.retrain.base_unusable if wanted.base_model else said.retrain.base_missing
        try:
            await self._services.steering.check_model(team, wanted.base_model)
        except RunRefused as error:
            return refusal(error, said)
        return ""

    async def _rehearse(
        self,
        ack: AsyncAck,
        client: AsyncWebClient,
        team: str,
        wanted: Wish,
        said: Texts,
    ) -> None:
        """Show what would be sent; it changes nothing, so nothing of it is kept."""

        async def shown() -> View:
            runs = self._services.workspace(team).runs
            found = await runs.rehearse(wanted.base_model, wanted.method)
            return dry_run_view(found, said.retrain)

        reading = asyncio.create_task(self._shown(shown(), said))
        done, _ = await asyncio.wait({reading}, timeout=GRACE)
        if done:
            await ack(response_action="update", view=reading.result())
            return
        title = said.retrain.dry_title
        name = f"dry-run-{uuid.uuid4().hex}"  # by which Slack knows it only once it is shown
        await ack(response_action="update", view=loading_view("", said.retrain, title, name))
        self._services.later.start(self._fill(client, {"external_id": name}, reading))
