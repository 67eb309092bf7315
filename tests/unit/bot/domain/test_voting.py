"""One verdict per user and reply, whatever was done about it and however Slack delivers that."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feedback import Feedback, Rating
from bot.domain.voting import Act, gave, verdict
from tests.factories import ASKER, reply

REPLY = reply().reply_id
REACTIONS = ("reaction:+1:", "reaction:+1:skin-tone-4", "reaction:-1:")
MESSAGES = ("message:C1:1.0", "message:C1:2.0")


def vote(rating: Rating, at: float, origin: str = "") -> Act:
    return gave(
        Feedback(
            reply_id=REPLY,
            user=ASKER,
            rating=rating,
            given_by="reaction" if origin else "button",
            at=at,
            origin=origin,
        )
    )


def correction(text: str, at: float, origin: str = "") -> Act:
    return gave(
        Feedback(
            reply_id=REPLY,
            user=ASKER,
            rating=Rating.DOWN,
            correction=text,
            given_by="thread" if origin else "modal",
            at=at,
            origin=origin,
        )
    )


def taken(origin: str, at: float) -> Act:
    return Act(reply_id=REPLY, user=ASKER, at=at, taken=origin)


def acts_at(at: int) -> st.SearchStrategy[Act]:
    ratings = st.sampled_from(Rating)
    return st.one_of(
        ratings.map(lambda rating: vote(rating, at)),
        st.sampled_from(REACTIONS).map(
            lambda name: vote(Rating.UP if "+1" in name else Rating.DOWN, at, name)
        ),
        st.just(correction(f"by modal {at}", at)),
        st.sampled_from(MESSAGES).map(lambda name: correction(f"by {name} {at}", at, name)),
        st.sampled_from(REACTIONS + MESSAGES).map(lambda name: taken(name, at)),
    )


histories = st.integers(0, 9).flatmap(lambda n: st.tuples(*(acts_at(at) for at in range(n))))


class Model:
    """What somebody who watches the channel would say: acts arrive one by one, in order."""

    def __init__(self) -> None:
        self.click: Feedback | None = None
        self.in_sight: list[Feedback] = []

    def does(self, act: Act) -> None:
        self.in_sight = [m for m in self.in_sight if m.origin not in (act.taken, _origin(act))]
        if act.given is None:
            return
        if act.given.origin:
            if _overrules(act.given, self.click):
                self.click = None
            self.in_sight.append(act.given)
        elif _overrules(act.given, self.says()):
            self.click, self.in_sight = act.given, []

    def says(self) -> Feedback | None:
        word = self.click
        for mark in self.in_sight:
            if _overrules(mark, word):
                word = mark
        return word


def _origin(act: Act) -> str:
    return (act.given.origin if act.given else "") or "-"


def _overrules(new: Feedback, old: Feedback | None) -> bool:
    if old is None or not old.correction:
        return True
    return new.rating is Rating.UP or bool(new.correction)


@given(histories)
def test_it_is_what_a_watcher_of_the_channel_would_say(history: tuple[Act, ...]) -> None:
    model = Model()
    for act in history:
        model.does(act)
    assert verdict(history) == model.says()


@given(histories, st.randoms(use_true_random=False))
def test_late_and_repeated_deliveries_change_nothing(
    history: tuple[Act, ...], random: Random
) -> None:
    delivered = [*history, *history[:3]]
    random.shuffle(delivered)
    assert verdict(dict.fromkeys(delivered)) == verdict(history)


@given(histories, st.sampled_from(Rating))
def test_the_last_click_wins_unless_it_only_repeats_a_correction(
    history: tuple[Act, ...], rating: Rating
) -> None:
    before, after = verdict(history), verdict((*history, vote(rating, 100)))
    assert after is not None
    if rating is Rating.DOWN and before is not None and before.correction:
        assert after == before
    else:
        assert (after.rating, after.at) == (rating, 100)


@given(histories)
def test_with_every_mark_taken_away_only_a_click_can_count(history: tuple[Act, ...]) -> None:
    gone = [taken(name, 100) for name in REACTIONS + MESSAGES]
    left = verdict((*history, *gone))
    assert left is None or not left.origin


def test_another_skin_tone_of_the_same_thumb_still_counts_when_one_is_removed() -> None:
    light, plain = "reaction:+1:skin-tone-2", "reaction:+1:"
    history = [vote(Rating.UP, 1, light), vote(Rating.UP, 2, plain), taken(plain, 3)]
    left = verdict(history)
    assert left is not None
    assert left.origin == light


def test_a_removed_reaction_takes_back_the_click_that_it_outvoted() -> None:
    history = [vote(Rating.DOWN, 1), vote(Rating.UP, 2, "reaction:+1:"), taken("reaction:+1:", 3)]
    assert verdict(history) is None


def test_a_reaction_below_a_correction_may_come_and_go() -> None:
    mark = "reaction:-1:"
    history = [correction("25 days.", 1), vote(Rating.DOWN, 2, mark), taken(mark, 3)]
    assert verdict(history) == history[0].given


def test_deleting_the_later_of_two_correcting_messages_lets_the_earlier_count() -> None:
    first, second = MESSAGES
    history = [correction("a", 1, first), correction("b", 2, second), taken(second, 3)]
    assert verdict(history) == history[0].given
