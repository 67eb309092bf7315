"""What a user's verdict on a reply is, from all that they did about it; a pure rule.

Slack delivers late, twice and out of order. So what was done is kept with its time, and the verdict
is derived from it anew: the order and number of deliveries do not matter.
"""

from collections.abc import Iterable

from bot.domain.feedback import Feedback, Rating
from finetune import Frozen


class Act(Frozen):
    """Something `user` did about a reply `at` a time in seconds since the epoch, by Slack's clock.

    Either a verdict was `given`, or the mark that carried one was `taken` away: a reaction or a
    message that stands in sight of all, by its `Feedback.origin`.
    """

    reply_id: str
    user: str
    at: float
    given: Feedback | None = None
    taken: str = ""


def gave(feedback: Feedback) -> Act:
    """The act of giving this verdict."""
    return Act(reply_id=feedback.reply_id, user=feedback.user, at=feedback.at, given=feedback)


def verdict(acts: Iterable[Act]) -> Feedback | None:
    """The one verdict that counts: the last, whichever way it was given.

    A plain 👎 leaves one's own correction standing. Taking a mark away takes back what it said, and
    what the marks still in sight say counts again; a click that a mark outvoted is gone for good.
    """
    clicked: Feedback | None = None
    marks: dict[str, Feedback] = {}
    for act in sorted(acts, key=_order):
        given = act.given
        if given is None:
            marks.pop(act.taken, None)
        elif given.origin:
            clicked = clicked if _leaves(given, clicked) else None
            marks.pop(given.origin, None)
            marks[given.origin] = given
        elif not _leaves(given, _last(clicked, marks)):
            clicked, marks = given, {}
    return _last(clicked, marks)


def _order(act: Act) -> tuple[float, bool, str]:
    """By time; at the same time, taking away comes last."""
    return act.at, act.given is None, act.model_dump_json()


def _last(clicked: Feedback | None, marks: dict[str, Feedback]) -> Feedback | None:
    counts = clicked
    for mark in marks.values():
        counts = counts if _leaves(mark, counts) else mark
    return counts


def _leaves(new: Feedback, standing: Feedback | None) -> bool:
    """Whether what stands goes on standing: 👎 adds nothing to a correction."""
    plain = new.rating is Rating.DOWN and new.correction is None
    return plain and standing is not None and standing.correction is not None
