"""An example is read back as it was kept, also by a version that knows more of it."""

from finetune import Example, Status
from finetune.dataset import filters
from finetune.dataset.settling import settle
from tests.toolkit_values import correction


def test_an_example_of_before_editing_and_notes_still_loads() -> None:
    kept = correction("c1").model_dump(mode="json")
    (voted,) = filters.vote((), correction("c1"))
    votes = [vote.model_dump(mode="json") for vote in voted.votes]
    for name in ("edited_by", "fault", "note"):
        del kept[name]
        for vote in votes:
            del vote[name]
    loaded = Example.model_validate({**kept, "votes": votes})
    assert (loaded.edited_by, loaded.status) == (None, Status.APPROVED)
    assert settle((loaded,)) == (loaded,)
