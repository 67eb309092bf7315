"""What is left of a turn that was deleted, and of a person who opted out: nothing of theirs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisAside, RedisPreferences, RedisTurns, RedisVerdicts
from bot.curation import derive
from bot.domain.conversation import Reply, Said, Turn
from bot.privacy import Privacy
from finetune import Dataset, Example, Message, Query, Settings, Snapshots, Status
from finetune.bootstrap import toolkit
from finetune.training.steps import Steps
from tests.factories import ASKER, CURATOR, TEAM, down, reply, turn, up
from tests.fakes.everything import everything
from tests.toolkit_values import example as row

pytestmark = pytest.mark.anyio
DAY = 86_400


@dataclass
class Queue:
    """A `TaskQueue` that only remembers."""

    curated: list[tuple[str, str]] = field(default_factory=list)
    forgotten: list[tuple[str, float]] = field(default_factory=list)

    async def answer(self, turn: Turn) -> None: ...

    async def curate(self, team: str, reply_id: str, user: str) -> None:
        self.curated.append((reply_id, user))

    async def forget_person(self, team: str, user: str, until: float) -> None:
        self.forgotten.append((user, until))

    async def advance(self, team: str, run_id: str, *, at_once: bool = False) -> None: ...


class Killed(Exception):
    """Stands for kill -9."""


async def _killed(*_: object) -> None:
    raise Killed


@dataclass
class Place:
    """Where everything is kept."""

    redis: Redis
    turns: RedisTurns
    verdicts: RedisVerdicts
    preferences: RedisPreferences
    queue: Queue
    dataset: Dataset
    snapshots: Snapshots
    privacy: Privacy

    async def asked(self, by: str = ASKER) -> None:
        asked = turn(user=by)
        await self.turns.accept(asked)
        await self.turns.save_reply(asked, reply().model_copy(update={"asker": by}))
        await self.turns.answered(asked, "1732170002.000200")

    async def said(self, *verdicts: object) -> None:
        for verdict in verdicts:
            await self.verdicts.put(TEAM, verdict)  # type: ignore[arg-type]
        given = await self.verdicts.of_reply(TEAM, reply().reply_id)
        for example in derive(reply(), given, frozenset({CURATOR})).values():
            await self.dataset.submit(example)

    async def everything(self) -> str:
        """All that the database holds, as one text."""
        return await everything(self.redis)


@pytest.fixture
async def place(redis_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    settings = Settings.model_validate({"redis_url": redis_url, "data_dir": tmp_path})
    async with (
        toolkit(settings, redis_url) as kit,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        workspace = kit.workspace(TEAM)
        stores = RedisTurns(redis, DAY), RedisVerdicts(redis), RedisPreferences(redis)
        queue = Queue()
        aside = RedisAside(redis, DAY)
        privacy = Privacy(*stores, queue, kit.workspace, aside)  # type: ignore[arg-type]
        yield Place(redis, *stores, queue, workspace.dataset, workspace.snapshots, privacy)


async def test_a_forgotten_turn_leaves_nothing_of_its_question(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."), up("U0OTHER"))
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    left = await place.everything()
    for trace in ("How many days", "20 days", "25 days", ASKER):
        assert trace not in left


async def test_a_forgotten_turn_takes_the_replies_to_its_earlier_wording_along(
    place: Place,
) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    await place.turns.revise(turn("How many hours?", revision=1))
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert await place.dataset.approved() == []
    assert "days" not in await place.everything()


async def test_a_correction_in_a_curators_words_is_forgotten_with_its_turn(place: Place) -> None:
    await place.asked()
    await place.said(down("U0OTHER", "25 dayz"))
    [waiting] = await place.dataset.pending()
    await place.dataset.edit(waiting.example_id, "25 days.", by=CURATOR)
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert set((await place.dataset.counts()).values()) == {0}


async def test_what_somebody_else_asked_too_stays_theirs(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    theirs = reply().model_copy(update={"reply_id": "C0GENERAL1:1732179999.000100"})
    again = down("U0OTHER", "25 days.", at=2.0).model_copy(update={"reply_id": theirs.reply_id})
    for example in derive(theirs, [again], frozenset({"U0OTHER"})).values():
        await place.dataset.submit(example)
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    [left] = await place.dataset.approved()
    assert (left.authors, left.reply_id) == (("U0OTHER",), theirs.reply_id)


async def test_a_snapshot_with_a_forgotten_turn_is_stale_and_unchanged(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    taken = place.snapshots.take(await place.dataset.approved(), "base")
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert place.snapshots.stale(taken.snapshot_id)
    assert place.snapshots.load(taken.snapshot_id) == taken


async def test_forgetting_twice_or_the_unknown_changes_nothing(place: Place) -> None:
    await place.asked()
    for _ in range(2):
        await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert "How many" not in await place.everything()


async def test_opting_out_is_kept_and_its_removal_queued(place: Place) -> None:
    await place.privacy.opt_out(TEAM, ASKER)
    assert (await place.preferences.person(TEAM, ASKER)).opted_out
    assert [user for user, _ in place.queue.forgotten] == [ASKER]
    [(user, at)] = (await place.preferences.opted_out(TEAM)).items()
    assert (user, at is not None) == (ASKER, True)
    await place.privacy.opt_in(TEAM, ASKER)
    assert not (await place.preferences.person(TEAM, ASKER)).opted_out
    assert await place.preferences.opted_out(TEAM) == {}


async def test_choices_made_at_once_are_all_kept(place: Place) -> None:
    people = [f"U{number:06d}" for number in range(30)]
    wishes = [place.privacy.opt_out(TEAM, user) for user in people]
    wishes += [place.preferences.change_person(TEAM, user, news=False) for user in people]
    await asyncio.gather(*wishes)
    chosen = [await place.preferences.person(TEAM, user) for user in people]
    assert {(one.opted_out, one.news) for one in chosen} == {(True, False)}


async def test_a_wish_is_not_taken_for_granted_before_its_removal_is_queued(place: Place) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Queue, "forget_person", _killed)
        with pytest.raises(Killed):
            await place.privacy.opt_out(TEAM, ASKER)
    assert not (await place.preferences.person(TEAM, ASKER)).opted_out


async def test_a_person_is_forgotten_with_what_they_asked_and_corrected(place: Place) -> None:
    await place.asked()
    await place.said(down(ASKER, "26 days."), down(CURATOR, "25 days."))
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    left = await place.everything()
    assert ASKER not in left
    assert "days" not in left


async def test_a_correction_of_somebody_elses_reply_goes_and_the_reply_stays(
    place: Place,
) -> None:
    await place.asked(by=CURATOR)
    await place.said(down(ASKER, "26 days."), up("U0OTHER"))
    taken = place.snapshots.take(map(approved, await place.dataset.pending()), "base")
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert await place.turns.reply(TEAM, reply().reply_id) is not None
    assert [e.authors for e in await place.dataset.pending()] == [("U0OTHER",)]
    left = await place.everything()
    assert "26 days" not in left
    assert ASKER not in left
    assert place.queue.curated == [(reply().reply_id, ASKER)]
    assert place.snapshots.stale(taken.snapshot_id)


async def test_a_vote_beside_others_is_unnamed_and_trusts_nobody_any_more(place: Place) -> None:
    await place.asked(by="U0ASKED")
    await place.said(up(CURATOR), up("U0OTHER"))
    assert await place.dataset.approved()
    await place.privacy.forget_person(TEAM, CURATOR, until=2e9)
    [waiting] = await place.dataset.pending()
    assert (waiting.authors, waiting.approved_by) == (("U0OTHER",), None)


async def test_what_came_after_the_wish_stays(place: Place) -> None:
    await place.asked()
    await place.said(down(ASKER, "26 days.", at=50.0))
    await place.privacy.forget_person(TEAM, ASKER, until=10.0)
    assert await place.turns.get(TEAM, turn().turn_id) is not None
    assert [e.status for e in await place.dataset.by_author(ASKER)] == [Status.PENDING]


async def test_a_removal_that_was_killed_halfway_is_finished_by_the_next(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    taken = place.snapshots.take(await place.dataset.approved(), "base")

    class Dying(RedisVerdicts):
        async def forget(self, team: str, reply_id: str) -> None:
            raise Killed

    first = Privacy(
        place.turns,
        Dying(place.redis),
        place.preferences,
        place.queue,
        place.privacy.workspace_of,
        place.privacy.aside,
    )
    with pytest.raises(Killed):
        await first.forget_person(TEAM, ASKER, until=2e9)
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert "days" not in await place.everything()
    assert place.snapshots.stale(taken.snapshot_id)


async def test_what_was_taken_back_before_is_forgotten_too(place: Place) -> None:
    await place.asked(by=CURATOR)
    await place.said(down(ASKER, "26 days."))
    field = f"apprentice:{{{TEAM}}}:verdicts:{reply().reply_id}"
    await place.redis.hdel(field, ASKER)  # as taking it back leaves only what was done
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    left = await place.everything()
    assert "26 days" not in left
    assert ASKER not in left


async def test_later_questions_of_the_thread_are_kept_without_the_forgotten_one(
    place: Place,
) -> None:
    await place.asked()
    first = reply()
    asked = turn("And for Ben?", ts="1732170009.000100", user=CURATOR)
    shown = (*first.messages, Message(role="assistant", content=first.content))
    question = Message(role="user", content="And for Ben?")
    second = first.model_copy(
        update={
            "reply_id": asked.turn_id,
            "asker": CURATOR,
            "messages": (*shown, question),
            "content": "Ben has 30.",
        }
    )
    await place.turns.accept(asked)
    await place.turns.save_reply(asked, second)
    liked = up(CURATOR).model_copy(update={"reply_id": second.reply_id})
    for example in derive(second, [liked], frozenset({CURATOR})).values():
        await place.dataset.submit(example)
    taken = place.snapshots.take(await place.dataset.approved(), "base")
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    kept = await place.turns.reply(TEAM, second.reply_id)
    assert kept is not None
    assert [m.content for m in kept.messages] == ["Be brief.", "And for Ben?"]
    assert "How many days" not in await place.everything()
    [taught] = await place.dataset.approved()
    assert [m.content for m in taught.prompt] == ["Be brief.", "And for Ben?"]
    assert place.snapshots.stale(taken.snapshot_id)


async def test_what_a_person_said_before_the_bot_was_called_is_forgotten(place: Place) -> None:
    asked = turn(user=CURATOR)
    mine = Said(ts="1.0", user=ASKER, text="Between us: days.")
    theirs = Said(ts="2.0", user="U0OTHER", text="I see.")
    await place.turns.accept(asked)
    await place.turns.save_earlier(asked, [mine, theirs])
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert await place.turns.earlier(asked) == [theirs]


LATER = "1732170100.000100"


def approved(example: Example) -> Example:
    return example.model_copy(update={"status": Status.APPROVED, "approved_by": CURATOR})


def told(*said: tuple[str, str, str]) -> dict[str, object]:
    """Messages of a reply, each as role, text and source."""
    return {
        "messages": tuple(Message(role=role, content=text) for role, text, _ in said),  # type: ignore[arg-type]
        "sources": tuple(source for _, _, source in said),
    }


async def answered_later(place: Place, *before: tuple[str, str, str]) -> tuple[Turn, Reply]:
    """A colleague's question in the same thread, answered with this before it."""
    asked = turn("And now?", ts=LATER, user=CURATOR)
    await place.turns.accept(asked)
    shown = told(("system", "Be brief.", ""), *before, ("user", "And now?", asked.turn_id))
    given = reply("Yes.").model_copy(update={"reply_id": asked.reply_id, "asker": CURATOR, **shown})
    await place.turns.save_reply(asked, given)
    await place.turns.answered(asked, "1732170102.000200")
    return asked, given


async def corrected(place: Place, given: Reply, user: str, text: str, at: float = 1.0) -> None:
    said = down(user, text, at=at).model_copy(update={"reply_id": given.reply_id})
    await place.verdicts.put(TEAM, said)
    for example in derive(given, [said], frozenset({CURATOR})).values():
        await place.dataset.submit(example)


async def test_only_what_came_from_the_withdrawn_turn_leaves_a_colleagues_answer(
    place: Place,
) -> None:
    await place.asked()
    first = turn().turn_id
    asked, _ = await answered_later(
        place,
        ("user", "Asker: Why?", first),
        ("assistant", "Yes.", first),
        ("user", "Ben: Yes.", "C0GENERAL1:1732170050.000100"),
        ("user", "Ben asks: Why?", "@U0OTHER"),
    )
    await place.privacy.forget_turn(TEAM, first)
    kept = await place.turns.reply(TEAM, asked.reply_id)
    assert kept is not None
    assert [m.content for m in kept.messages[1:]] == ["Ben: Yes.", "Ben asks: Why?", "And now?"]


async def test_asides_and_earlier_words_leave_answers_and_approved_examples(place: Place) -> None:
    aside = turn("@ben we have rutabaga", ts="1732170050.000100", aside=True)
    await place.turns.accept(aside)
    _, given = await answered_later(
        place,
        ("user", "Asker: rutabaga came first", f"@{ASKER}"),
        ("user", "Asker: @ben we have rutabaga", aside.turn_id),
    )
    await corrected(place, given, CURATOR, "No.")
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert "rutabaga" not in await place.everything()
    assert [example.answer for example in await place.dataset.approved()] == ["No."]


async def test_answers_to_an_earlier_wording_lose_it_too(place: Place) -> None:
    await place.asked()
    asked, given = await answered_later(place, ("user", "Asker: rutabaga?", turn().turn_id))
    again = asked.model_copy(update={"revision": 1})
    await place.turns.revise(again)
    await place.turns.save_reply(again, given.model_copy(update={"reply_id": again.reply_id}))
    await place.turns.answered(again, "1732170102.000200")
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert "rutabaga" not in await place.everything()
    assert await place.turns.reply(TEAM, given.reply_id) is not None


async def test_an_answer_that_was_being_written_is_kept_without_what_was_withdrawn(
    place: Place,
) -> None:
    await place.asked()
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    await answered_later(
        place,
        ("user", "Asker: rutabaga?", turn().turn_id),
        ("user", "Asker: rutabaga!", f"@{ASKER}"),
    )
    assert "rutabaga" not in await place.everything()


async def test_a_curators_decision_about_anothers_words_stands(place: Place) -> None:
    await place.asked()
    _, given = await answered_later(place, ("user", "Asker: rutabaga?", turn().turn_id))
    await corrected(place, given, "U0OTHER", "Noo.")
    [waiting] = await place.dataset.pending()
    await place.dataset.edit(waiting.example_id, "No.", by=CURATOR)
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    [taught] = await place.dataset.approved()
    assert (taught.answer, taught.authors, taught.edited_by) == ("No.", ("U0OTHER",), CURATOR)
    assert "rutabaga" not in await place.everything()


@pytest.mark.parametrize("step", ["rewrite", "forget"])
async def test_a_removal_killed_in_between_keeps_a_colleagues_correction(
    place: Place, step: str
) -> None:
    await place.asked()
    _, given = await answered_later(place, ("user", "Asker: rutabaga?", turn().turn_id))
    await corrected(place, given, CURATOR, "No.")
    taken = place.snapshots.take(await place.dataset.approved(), "base")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RedisTurns, step, _killed)
        with pytest.raises(Killed):
            await place.privacy.forget_turn(TEAM, turn().turn_id)
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert [example.answer for example in await place.dataset.approved()] == ["No."]
    assert place.snapshots.stale(taken.snapshot_id)
    assert "rutabaga" not in await place.everything()


async def test_what_others_said_is_looked_at_anew_though_the_removal_was_killed(
    place: Place,
) -> None:
    await place.asked(by=CURATOR)
    await place.said(up("U0OTHER"), down(ASKER, "99.", at=2.0))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Queue, "curate", _killed)
        with pytest.raises(Killed):
            await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert place.queue.curated == [(reply().reply_id, ASKER)]


async def test_approved_work_of_two_stays_when_one_of_them_leaves(place: Place) -> None:
    await place.asked(by=CURATOR)
    await place.said(down(ASKER, "25 dayz", at=1.0), down("U0OTHER", "25 dayz", at=2.0))
    [waiting] = await place.dataset.pending()
    await place.dataset.edit(waiting.example_id, "25 days.", by=CURATOR)
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    [taught] = await place.dataset.approved()
    assert (taught.answer, taught.authors) == ("25 days.", ("U0OTHER",))


async def test_a_good_answer_in_a_curators_words_makes_its_snapshot_stale(place: Place) -> None:
    await place.asked(by=CURATOR)
    await place.said(up(ASKER))
    [waiting] = await place.dataset.pending()
    await place.dataset.edit(waiting.example_id, "25 days.", by=CURATOR)
    taken = place.snapshots.take(await place.dataset.approved(), "base")
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert place.snapshots.stale(taken.snapshot_id)


async def test_a_thumbs_up_that_was_turned_makes_its_snapshot_stale(place: Place) -> None:
    await place.asked(by=CURATOR)
    await place.said(up(ASKER))
    taken = place.snapshots.take(map(approved, await place.dataset.pending()), "base")
    await place.verdicts.put(TEAM, down(ASKER, at=3.0))
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert place.snapshots.stale(taken.snapshot_id)


async def test_a_question_still_to_be_answered_stays_until_it_is(place: Place) -> None:
    await place.turns.accept(turn())
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert await place.turns.get(TEAM, turn().turn_id) is not None
    await place.turns.answered(turn(), "1732170002.000200")
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert await place.turns.get(TEAM, turn().turn_id) is None


async def test_an_edit_that_came_before_its_message_is_forgotten(place: Place) -> None:
    await place.turns.expect(turn("rutabaga", edited_at="1732170005.0"))
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert "rutabaga" not in await place.everything()


async def test_a_run_takes_no_snapshot_of_what_was_told_anew_meanwhile(place: Place) -> None:
    await place.dataset.submit(row("e1", "A.", question="rutabaga?", author=CURATOR))
    version = await place.dataset.version()
    teaching = SimpleNamespace(_dataset=place.dataset)
    with place.snapshots.freezing("base") as freezing:
        await freezing.add_all(place.dataset.taught())
        await freezing.taken()
        assert await Steps._current(teaching, version, freezing)  # type: ignore[arg-type]
        await place.dataset.erase("e1")
        await place.dataset.submit(row("e1", "A.", question="It?", author=CURATOR))
        assert not await Steps._current(teaching, version, freezing)  # type: ignore[arg-type]


async def test_what_a_person_said_leaves_every_file_and_key_though_nobody_searches(
    place: Place, tmp_path: Path
) -> None:
    await place.asked()
    await place.said(down(ASKER, "Rutabagas, 26 days."), down(CURATOR, "25 days."))
    search = place.privacy.workspace_of(TEAM).search
    assert (await search.find(Query(text="rutabagas"))).total == 1
    [waiting] = [row for row in await place.dataset.pending() if "26" in row.answer]
    await place.dataset.reject(waiting.example_id, CURATOR, "No rutabagas here.")
    assert b"rutabagas" in files_under(tmp_path)
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert b"rutabagas" not in files_under(tmp_path)
    assert ASKER.encode() not in files_under(tmp_path)
    assert "rutabagas" not in (await place.everything()).casefold()


async def test_a_deleted_question_leaves_the_searchable_copy_with_the_next_sweep(
    place: Place, tmp_path: Path
) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 rutabagas."))
    search = place.privacy.workspace_of(TEAM).search
    await search.forget(60)
    assert not list(tmp_path.rglob("*.sqlite")), "nobody has searched: there is nothing to forget"
    assert (await search.find(Query())).total == 1
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    await search.forget(60)
    assert b"rutabagas" not in files_under(tmp_path)


def files_under(folder: Path) -> bytes:
    """All that they hold, in small letters where it is text."""
    held = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return b"\n".join(held) + b"\n".join(held).lower()
