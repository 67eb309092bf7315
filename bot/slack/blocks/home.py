"""App Home as a pure function of what is known: for everyone, for curators, for admins."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    DividerBlock,
    HeaderBlock,
)
from slack_sdk.models.views import View

from bot.domain.aside import PutAside
from bot.domain.preferences import PersonSettings
from bot.slack.blocks.aside import aside_blocks
from bot.slack.blocks.flags import over_cap
from bot.slack.blocks.parts import code, context, date, entered, section
from bot.slack.blocks.reply import model_name
from bot.slack.blocks.review import Waiting, review_blocks
from bot.slack.blocks.standing import Standing, standing_blocks
from bot.texts import Texts
from bot.texts.home import HomeTexts
from finetune import Example, Source, Status

MOST = 100  # blocks of a view
LARGEST = 240_000  # letters of a view as JSON; Slack takes 250 kB
MINE, QUEUE = 8, 3  # corrections and waiting examples on one page
_ABOUT, _ANSWER, _REASON = 150, 200, 200  # letters shown of a question, an answer, a reason


class Page(NamedTuple):
    """How far somebody has leafed, in rows; travels in the view's metadata and in buttons."""

    mine: int = 0
    queue: int = 0

    @classmethod
    def read(cls, written: str) -> Self:
        """From what Slack carries; where that is nonsense, the beginning."""
        try:
            found = json.loads(written)
            return cls(max(0, int(found["mine"])), max(0, int(found["queue"])))
        except (KeyError, TypeError, ValueError, OverflowError):
            return cls()

    def written(self) -> str:
        """As `read` takes it."""
        return json.dumps(self._asdict())


FIRST = Page()


class Fate(NamedTuple):
    """The newest model that learnt an example; `since` it answers, None while it does not."""

    model: str
    since: float | None


@dataclass(frozen=True)
class Queue:
    """A page of what waits for a curator; `note` is about the decision just taken."""

    waiting: Sequence[Waiting]
    total: int
    browser: str
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """All that App Home shows to one person; a part is None for whom it does not concern.

    `note` is about what was just done, where there is no queue to say it above.
    """

    champion: str
    mine: Sequence[tuple[Example, Fate | None]]
    mine_total: int
    person: PersonSettings
    page: Page = FIRST
    queue: Queue | None = None
    standing: Standing | None = None
    aside: Sequence[PutAside] = ()
    note: str = ""


def home_view(facts: Facts, said: Texts) -> View:
    """The whole tab; where what waits is too long for one view, with less of each text."""
    for share in (1, 3):
        view = _view(facts, said, share)
        if len(json.dumps(view.to_dict())) <= LARGEST:
            return view
    return _view(facts, said, 10)


def _view(facts: Facts, said: Texts, share: int) -> View:
    blocks: list[Block] = [
        HeaderBlock(text=said.home.title),
        section(said.home.how),
        context(said.home.answering_now.format(model=code(model_name(facts.champion)))),
    ]
    if facts.note:
        blocks.append(section(facts.note))
    if facts.queue is not None:
        blocks += _queue(facts.queue, facts.page, said, share)
    blocks += _mine(facts, said.home)
    if facts.standing is not None:
        blocks += standing_blocks(facts.standing, said)
    blocks += aside_blocks(facts.aside, said.aside)
    blocks += _data(facts.person, said.home)
    return View(type="home", private_metadata=facts.page.written(), blocks=blocks[:MOST])


def _queue(queue: Queue, page: Page, said: Texts, share: int) -> list[Block]:
    words = said.home
    blocks: list[Block] = [DividerBlock(), HeaderBlock(text=words.queue)]
    if queue.note:
        blocks.append(section(queue.note))
    if not queue.waiting:
        return [*blocks, section(words.queue_empty)]
    last = page.queue + len(queue.waiting)
    place = words.queue_place.format(first=page.queue + 1, last=last, number=queue.total)
    compared = any(waiting.example.source is Source.CORRECTION for waiting in queue.waiting)
    blocks.append(context(f"{place}\n{words.legend}" if compared else place))
    for number, waiting in enumerate(queue.waiting):
        blocks += [DividerBlock()] if number else []
        blocks += review_blocks(waiting, number, words, said.feedback, share)
    before = page._replace(queue=max(0, page.queue - QUEUE)) if page.queue else None
    after = page._replace(queue=last) if last < queue.total else None
    link = ButtonElement(text=words.browser, url=queue.browser, action_id="open_queue")
    buttons = [*_leaves(before, after, words.previous, words.next), link]
    return [*blocks, ActionsBlock(block_id="queue-pages", elements=buttons)]


def _mine(facts: Facts, said: HomeTexts) -> list[Block]:
    blocks: list[Block] = [DividerBlock(), HeaderBlock(text=said.mine)]
    if not facts.mine_total:
        return [*blocks, section(said.mine_none)]
    blocks += [section(_line(example, fate, said)) for example, fate in facts.mine]
    page, last = facts.page, facts.page.mine + MINE
    newer = page._replace(mine=max(0, page.mine - MINE)) if page.mine else None
    older = page._replace(mine=last) if last < facts.mine_total else None
    buttons = _leaves(newer, older, said.newer, said.older)
    return [*blocks, ActionsBlock(block_id="mine-pages", elements=buttons)] if buttons else blocks


def _line(example: Example, fate: Fate | None, said: HomeTexts) -> str:
    kind = said.marked_good
    if example.source is Source.CORRECTION:
        kind = said.corrected.format(answer=entered(example.answer, _ANSWER))
    mark, became = _became(example, fate, said)
    return f"*{entered(example.question, _ABOUT)}*\n{kind}\n{mark} {became}"


def _became(example: Example, fate: Fate | None, said: HomeTexts) -> tuple[str, str]:
    """A mark and a sentence: what has come of it."""
    if fate is not None and fate.since is not None:
        return "🎓", said.live.format(model=code(fate.model), date=date(fate.since))
    if example.status is Status.PENDING and over_cap(example):
        return "⏳", said.over_cap
    if example.status is Status.PENDING:
        return "⏳", said.pending_conflict if "conflict" in example.reason else said.pending
    if example.status is Status.REJECTED:
        return "🚫", _refused(example, said)
    if fate is not None:
        return "✅", said.learnt_before.format(model=code(fate.model))
    return "✅", said.approved_reworded if example.edited_by else said.approved


def _refused(example: Example, said: HomeTexts) -> str:
    ruling = example.ruling
    if example.reworded:
        return said.reworded
    if example.reason.startswith("superseded"):
        return said.superseded
    if ruling is not None and not ruling.by:
        return said.taken_back
    if ruling is not None and ruling.reason:
        return said.rejected_because.format(reason=entered(ruling.reason, _REASON))
    return said.rejected


def _data(person: PersonSettings, said: HomeTexts) -> list[Block]:
    blocks: list[Block] = [DividerBlock(), HeaderBlock(text=said.data)]
    if person.opted_out:
        button = ButtonElement(text=said.opt_in, action_id="home_opt_in")
        blocks += [section(said.data_not_kept)]
        return [*blocks, ActionsBlock(block_id="data", elements=[button])]
    confirm = ConfirmObject(
        title=said.opt_out_title,
        text=said.opt_out_confirm,
        confirm=said.opt_out_yes,
        deny=said.no,
        style="danger",
    )
    news = said.turn_news_off if person.news else said.turn_news_on
    buttons = [
        ButtonElement(text=said.opt_out, action_id="home_opt_out", style="danger", confirm=confirm),
        ButtonElement(text=news, action_id="home_news", value="off" if person.news else "on"),
    ]
    kept = f"{said.data_kept}\n{said.news_on if person.news else said.news_off}"
    return [*blocks, section(kept), ActionsBlock(block_id="data", elements=buttons)]


def _leaves(back: Page | None, on: Page | None, to_back: str, to_on: str) -> list[ButtonElement]:
    """Buttons to the pages before and after, where there are any."""
    ways = ((back, to_back, "home_page_back"), (on, to_on, "home_page_on"))
    return [
        ButtonElement(text=text, action_id=action_id, value=page.written())
        for page, text, action_id in ways
        if page is not None
    ]
