"""The picture of a run's losses, uploaded once, so that the run's message can show it.

Nothing depends on it: without matplotlib, or where Slack refuses the upload, there is no picture.
The file's id is noted before it becomes a file, so that one whose uploader was killed is found again.
"""

import asyncio
from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.ports import Told
from bot.slack.clients import Clients
from bot.slack.plot import loss_plot
from bot.slack.trouble import TROUBLE, for_good
from finetune import Run, RunState

log = structlog.get_logger(__name__)
NONE = "-"  # noted where there will never be one
BEGUN = "begun "  # before the id of a file that is being uploaded
TRAINING = frozenset({RunState.PLANNED, RunState.UPLOADING, RunState.TRAINING})
GONE = frozenset({"file_not_found", "file_deleted"})  # Slack keeps nothing of an upload not ended
FILE_NAME, ALT = "loss.png", "Loss by step"


@dataclass(frozen=True)
class Pictures:
    """Draws in a thread; remembers the file of each run."""

    clients: Clients
    told: Told

    async def of(self, team: str, run: Run) -> str:
        """Id of the uploaded file; empty while the run trains, and where there is none."""
        if run.state in TRAINING or len(run.losses) < 2:
            return ""
        what = f"plot:{run.run_id}"
        known = await self.told.where(team, what)
        if known and not known.startswith(BEGUN):
            return "" if known == NONE else known
        try:
            found = await self._finished(team, known) if known else None
            if found is None:
                picture = await asyncio.to_thread(loss_plot, run)
                found = NONE if picture is None else await self._upload(team, what, picture)
        except TROUBLE as error:
            log.info("picture_not_uploaded", run_id=run.run_id, error=str(error))
            if not for_good(error):
                return ""  # the next time that the message is brought up to date
            found = NONE
        await self.told.note(team, what, found)
        return "" if found == NONE else found

    async def _finished(self, team: str, known: str) -> str | None:
        """The file of a predecessor, if it got as far as being one."""
        file_id = known.removeprefix(BEGUN)
        try:
            await (await self.clients.of(team)).files_info(file=file_id)
        except SlackApiError as error:
            if error.response.get("error") in GONE:
                return None
            raise
        return file_id

    async def _upload(self, team: str, what: str, picture: bytes) -> str:
        client = await self.clients.of(team)
        begun = await client.files_getUploadURLExternal(
            filename=FILE_NAME, length=len(picture), alt_txt=ALT
        )
        file_id = str(begun["file_id"])
        await self.told.note(team, what, f"{BEGUN}{file_id}")
        await _send(client, str(begun["upload_url"]), picture)
        await client.files_completeUploadExternal(files=[{"id": file_id, "title": FILE_NAME}])
        return file_id


async def _send(client: AsyncWebClient, url: str, picture: bytes) -> None:
    if client.session is None:
        raise SlackRequestError("no connection to upload by")
    async with client.session.post(url, data=picture) as answer:
        if answer.status != 200:
            raise SlackRequestError(f"the upload was answered with {answer.status}")
