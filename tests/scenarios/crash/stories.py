"""What happens in a workspace while its bot is killed, and how it has to end all the same.

Each story has a beginning that nothing disturbs, an act during which the bot dies at every effect, a
sign by which the end is seen, and what must be true then however often it died.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.adapters.redis import RedisPreferences, RedisTurns, RedisVerdicts
from bot.domain.feedback import Rating
from bot.domain.preferences import ChannelSettings
from bot.sandbox.methods.files import PENDING
from bot.sandbox.workspace import direct_channel
from bot.texts import EN
from finetune import Example, RunState, Status
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.crashing.world import World
from tests.fakes.workplace import BOT, until
from tests.toolkit_values import handbook

DAY = 24 * 3600
RIGHT, WRONG = "25 days of leave.", "20 days of leave."
QUESTION = "How many days?"


def knows(model: str, messages: list[dict[str, Any]]) -> str:
    """Every model knows the handbook; only a fine-tuned one the correction."""
    question = messages[-1]["content"]
    if QUESTION in question:
        return RIGHT if model.startswith("ft:") else WRONG
    number = int("".join(filter(str.isdigit, question)) or 0)
    return f"Rule {number} says {number * 7}."


def files_of(snapshot: Path) -> list[str]:
    """Names of its files; each has the hash that the manifest says."""
    manifest = json.loads((snapshot / "manifest.json").read_bytes())
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((snapshot / name).read_bytes()).hexdigest() == digest, name
    return sorted(path.name for path in snapshot.iterdir())


@dataclass
class Story:
    """A turn: one question."""

    world: World
    thread: str = ""
    answer: dict[str, Any] = field(default_factory=dict)

    async def begin(self) -> None:
        """Undisturbed."""
        self.world.models.answer = knows

    async def act(self) -> None:
        """Disturbed."""
        self.thread = await self.world.people.ask(ASKER, f"@apprentice {QUESTION}")

    async def over(self) -> bool:
        """Whether all has come."""
        return bool(await self.world.people.answers(self.thread))

    async def audit(self) -> None:
        """Whether it came once, and nothing is left over."""
        found = await self.of_bot(self.thread)
        assert len(found) == 1, found
        assert not found[0]["streaming"]
        assert WRONG in str(found[0])
        assert "feedback_buttons" in str(found[0])
        turn_id = f"{CHANNEL}:{self.thread}"
        turn = await self.turns.get(TEAM, turn_id)
        assert turn is not None
        assert (await self.turns.state(turn)).answered
        assert await self.turns.reply(TEAM, turn_id) is not None

    @property
    def turns(self) -> RedisTurns:
        return RedisTurns(self.world.redis, DAY)

    @property
    def verdicts(self) -> RedisVerdicts:
        return RedisVerdicts(self.world.redis)

    async def answered(self) -> None:
        """A question with its answer."""
        self.thread = await self.world.people.ask(ASKER, f"@apprentice {QUESTION}")
        self.answer = await self.world.people.answer(self.thread)
        await self.world.people.quiet()

    async def of_bot(self, thread: str, user: str | None = None) -> list[dict[str, Any]]:
        """Its messages in a thread, those that only one person sees too."""
        shown = await self.world.people.messages(CHANNEL, user)
        return [m for m in shown if m.get("user") == BOT and m.get("thread_ts") == thread]

    async def examples(self) -> list[Example]:
        """Of this question, whatever their status."""
        dataset = self.world.kit.workspace(TEAM).dataset
        found = [example for who in (ASKER, CURATOR) for example in await dataset.by_author(who)]
        return list({example.example_id: example for example in found}.values())


class Vote(Story):
    """👍 under an answer."""

    async def begin(self) -> None:
        await super().begin()
        await self.answered()

    async def act(self) -> None:
        await self.world.people.click(ASKER, self.answer, "feedback", "up")

    async def over(self) -> bool:
        return bool(await self.examples())

    async def audit(self) -> None:
        (given,) = await self.verdicts.of_reply(TEAM, f"{CHANNEL}:{self.thread}")
        assert (given.user, given.rating) == (ASKER, Rating.UP)
        (made,) = await self.examples()
        assert made.status is Status.PENDING
        assert made.answer == WRONG


class Correction(Story):
    """👎, write, save: stored, learnt, shown in the thread, thanked for."""

    async def begin(self) -> None:
        await super().begin()
        shown = ChannelSettings(show_corrections=True)
        await RedisPreferences(self.world.redis).save_channel(TEAM, CHANNEL, shown)
        await self.answered()

    async def act(self) -> None:
        await self.world.people.correct(CURATOR, self.answer, RIGHT)

    async def over(self) -> bool:
        return any(RIGHT in str(message) for message in await self.of_bot(self.thread))

    async def audit(self) -> None:
        (given,) = await self.verdicts.of_reply(TEAM, f"{CHANNEL}:{self.thread}")
        assert (given.user, given.correction) == (CURATOR, RIGHT)
        (made,) = await self.examples()
        assert (made.status, made.answer, made.rejected) == (Status.APPROVED, RIGHT, WRONG)
        shown = [m for m in await self.of_bot(self.thread) if m["ts"] != self.answer["ts"]]
        assert len(shown) == 1, shown
        # A form that a restart kept from opening in time is spoken of at each click.
        whispers = await self.world.people.whispers(CURATOR)
        thanks = [said for said in whispers if said != EN.feedback.vote_counts]
        assert len(thanks) <= 1, thanks  # a kill between its note and its post silences it


class WrittenCorrection(Correction):
    """The same by a message in the thread."""

    async def act(self) -> None:
        await self.world.people.ask(CURATOR, f"correct: {RIGHT}", thread=self.thread)


class OptOut(Story):
    """A person whose question was corrected, and who voted, takes it all back."""

    async def begin(self) -> None:
        await super().begin()
        await self.answered()
        await self.world.people.click(ASKER, self.answer, "feedback", "up")
        await until("an example", self.examples)
        self.home = await self.world.people.home(ASKER)
        await self.world.people.quiet()

    async def act(self) -> None:
        await self.world.people.choose(ASKER, self.home, "home_opt_out")

    async def over(self) -> bool:
        return not await self.turns.of_user(TEAM, ASKER)

    async def audit(self) -> None:
        assert (await RedisPreferences(self.world.redis).person(TEAM, ASKER)).opted_out
        assert not await self.examples()
        assert not await self.verdicts.of_user(TEAM, ASKER)
        assert await self.turns.reply(TEAM, f"{CHANNEL}:{self.thread}") is None
        keys = [name async for name in self.world.redis.scan_iter("apprentice:{*")]
        kept = [name for name in keys if self.thread in name and ":event:" not in name]
        assert not [name for name in kept if ":turn:" in name or ":verdicts:" in name], kept


class Retraining(Story):
    """A run from an admin's click to the model that answers, with all that is said about it."""

    async def begin(self) -> None:
        await super().begin()
        await self.answered()
        await self.world.people.correct(CURATOR, self.answer, RIGHT)
        await until("the correction", self.examples)
        await until("the thanks", lambda: self.world.people.whispers(CURATOR))
        await self.world.kit.workspace(TEAM).dataset.import_rows(handbook(40), by=CURATOR)
        await self.world.people.command(ADMIN)
        self.modal = await self.world.people.view(ADMIN)

    async def act(self) -> None:
        await self.world.people.submit(ADMIN, self.modal)

    async def over(self) -> bool:
        return bool(await self.told()) and "promoted" in str(await self.notices())

    async def notices(self) -> list[dict[str, Any]]:
        """What the channel sees of the run."""
        return [m for m in await self.world.people.messages() if "Retraining" in m["text"]]

    async def told(self) -> list[dict[str, Any]]:
        """What the author of the correction hears of it."""
        shown = await self.world.people.messages(direct_channel(CURATOR), CURATOR)
        return [m for m in shown if m.get("user") == BOT]

    async def audit(self) -> None:
        models, own = self.world.models, self.world.kit.workspace(TEAM)
        (run,) = await own.runs.list()
        assert run.state is RunState.PROMOTED, run
        assert len(models.jobs) == 1
        names = Counter(file.name for file in models.files.values())
        sides = [f"apprentice-{run.snapshot_id}-{side}.jsonl" for side in ("train", "validation")]
        assert sorted(names) == sides
        assert set(names.values()) == {1}, names
        assert len(await own.registry.history()) == 1
        assert await own.registry.champion() == run.candidate == models.job.fine_tuned_model
        (notice,) = await self.notices()
        (news,) = await self.told()
        assert RIGHT in str(news)
        pictures = self.pictures()
        assert len(pictures) == 1, pictures
        assert pictures[0] in str(notice)
        folder = self.world.directory / "data" / "snapshots"
        whole = [path.name for path in folder.iterdir() if not path.name.startswith(".draft-")]
        assert whole == [run.snapshot_id]
        assert set(files_of(folder / run.snapshot_id)) >= {"manifest.json", "train.jsonl"}

    def pictures(self) -> list[str]:
        """Files that the bot has made of its uploads, by their ids."""
        found = self.world.slack.files._db.execute("SELECT file_id, body, content FROM files")
        return [one[0] for one in found if one[2] is not None and PENDING not in json.loads(one[1])]


STORIES = (Story, Vote, Correction, WrittenCorrection, OptOut, Retraining)
