"""What the bot has acknowledged: it answered 200 to a delivery of the event."""

from dataclasses import dataclass, field

from tests.chaos.load import Load, Sent
from tests.chaos.road import Json, Road


@dataclass(frozen=True)
class Accepted:
    """Acknowledged messages by channel and ts, with the time; and reactions."""

    messages: dict[tuple[str, str], float] = field(default_factory=dict)
    reactions: set[tuple[str, str, str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, road: Road) -> "Accepted":
        """From all that went over the road."""
        found = cls()
        for event_id, event in road.accepted.items():
            found._add(event, road.at[event_id])
        return found

    def _add(self, event: Json, at: float) -> None:
        if event["type"] in ("message", "app_mention") and not event.get("subtype"):
            place = (event["channel"], event["ts"])
            self.messages[place] = min(at, self.messages.get(place, at))
        if event["type"] in ("reaction_added", "reaction_removed"):
            ts = event["item"]["ts"]
            self.reactions.add((event["type"], event["user"], event["reaction"], ts))

    def turn(self, load: Load, number: int, sent: Sent) -> bool:
        """Whether this question was; one in a thread needs the mention that called the bot there."""
        return self.since(load, number, sent) is not None

    def since(self, load: Load, number: int, sent: Sent) -> float | None:
        """When it was the bot's to answer; None where it never was."""
        question, at = load.script.questions[number], self.messages.get((sent.channel, sent.ts))
        if at is None or "<@" in question.text:
            return at
        opening = load.sent[question.opening]
        called = self.messages.get((opening.channel, opening.ts))
        return None if called is None else max(at, called)

    def deed(self, event: Json) -> bool:
        """Whether this message or reaction of a person was."""
        if event["type"] == "message":
            return any(ts == event["ts"] for _channel, ts in self.messages)
        named = (event["type"], event["user"], event["reaction"], event["item"])
        return named in self.reactions
