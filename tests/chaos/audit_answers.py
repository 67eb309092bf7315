"""Every acknowledged turn has exactly one answer, whole, in its thread, in order; nothing is left half-written."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.sandbox.message_store import Message
from bot.slack.blocks.reply import stops
from bot.texts import EN, JA
from tests.chaos.accepted import Accepted
from tests.chaos.findings import Check
from tests.chaos.load import Load, Sent
from tests.chaos.models import Models
from tests.chaos.people import turn_of

SORRY = tuple(
    getattr(texts.chat, name) for texts in (EN, JA) for name in vars(EN.chat) if "sorry" in name
)


@dataclass(frozen=True)
class Answers:
    """Compares the threads of the workspace with what was asked and what the model meant."""

    load: Load
    models: Models
    accepted: Accepted

    def checks(self) -> Iterator[Check]:
        """The table's first lines."""
        lost, doubled = Check("no acknowledged turn is lost"), Check("no turn is answered twice")
        whole, sorry = Check("each answer is whole"), Check("each apology is justified")
        for number, sent in self.load.sent.items():
            due = self.accepted.turn(self.load, number, sent)
            parts = self._parts(sent)
            if due:
                lost.look(bool(parts), f"#{number} ({sent.turn_id}) has no answer")
            numbers = [_part(each) for each in parts]
            doubled.look(
                len(set(numbers)) == len(numbers), f"#{number} ({sent.turn_id}) has {numbers}"
            )
            if parts and _text(parts[0]).startswith(SORRY):
                doomed = self.load.script.questions[number].doomed
                sorry.look(
                    doomed and not self.models.whole[number], f"#{number}: {_text(parts[0])}"
                )
            elif parts:
                said = "".join(map(_text, sorted(parts, key=_part)))
                whole.look(self._meant(number, said), f"#{number} says {said[:80]!r}…")
        given_up = len(self.load.sent) - lost.looked
        lost.about = f"{given_up} never acknowledged" if given_up else ""
        yield from (lost, doubled, whole, sorry, self._order(), self._drafts())

    def _parts(self, sent: Sent) -> list[Message]:
        found = self.load.slack.of_bot(sent.channel, sent.thread_ts)
        return [m for m in found if turn_of(m.body) == sent.turn_id]

    def _meant(self, number: int, said: str) -> bool:
        """White space at the joints of several messages is nobody's."""
        texts = self.models.meant.get(number, set())
        return "".join(said.split()) in {"".join(text.split()) for text in texts}

    def _order(self) -> Check:
        """What was acknowledged before a later question was, is answered before it."""
        check = Check("each thread is answered in order")
        threads = defaultdict[tuple[str, str], list[tuple[str, float, str, int]]](list)
        for number, sent in self.load.sent.items():
            parts, at = self._parts(sent), self.accepted.since(self.load, number, sent)
            if parts and at is not None:
                place = (sent.channel, sent.thread_ts)
                threads[place].append((sent.ts, at, min(m.ts for m in parts), number))
        for asked in threads.values():
            asked.sort()
            for first, second in pairwise(asked):
                if first[1] < second[1]:
                    fault = f"#{second[3]} was answered before #{first[3]} ({first[0]})"
                    check.look(first[2] < second[2], fault)
        return check

    def _drafts(self) -> Check:
        check = Check("no message is left half-written")
        places = {(sent.channel, sent.thread_ts) for sent in self.load.sent.values()}
        for channel, thread in places:
            for message in self.load.slack.of_bot(channel, thread):
                mark = (message.body.get("metadata") or {}).get("event_type")
                stopping = stops(message.body.get("blocks") or ())
                well = bool(mark) and mark != "apprentice_draft" and stopping is None
                check.look(well and not message.streaming, f"{thread}: {str(message)[:300]}")
        return check


def _part(message: Message) -> int:
    return int(message.body["metadata"]["event_payload"].get("part", 0))


def _text(message: Message) -> str:
    blocks = message.body.get("blocks") or ()
    said = [block["text"] for block in blocks if block.get("type") == "markdown"]
    return "\n\n".join(said) if said else str(message.body.get("text", ""))
