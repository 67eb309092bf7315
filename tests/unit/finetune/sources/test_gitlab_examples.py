"""A ticket and its fix as a row of bounded size."""

from finetune.sources.gitlab.examples import Shape, taken
from finetune.sources.gitlab.values import Change, Merge, Ticket


def text_of(shape: Shape, *changes: Change, description: str = "") -> tuple[str, str]:
    ticket = Ticket(iid=1, title="Crash", description=description)
    merge = Merge(project_id=1, iid=2, title="Guard", description=description, changes=changes)
    row = taken(ticket, [merge], shape).row
    assert row is not None
    question, answer = (message["content"] for message in row["messages"])
    return question, answer


def change(path: str, size: int) -> Change:
    return Change(old_path=path, new_path=path, diff=f"@@ -1 +1 @@\n-{'b' * size}\n+{'a' * size}\n")


def test_files_too_large_to_show_are_named_with_the_fix() -> None:
    _, answer = text_of(Shape(most_characters=100), change("a.py", 10), change("big.py", 200))
    assert answer.endswith("Also changed: big.py")
    assert "big.py:" not in answer
    _, answer = text_of(Shape(most_characters=1000), change("a.py", 10), change("big.py", 200))
    assert "Also changed" not in answer


def test_a_description_is_no_longer_than_the_code_may_be() -> None:
    shape = Shape(most_characters=100)
    question, answer = text_of(shape, change("a.py", 10), description="y" * 5000)
    assert question.count("y") - question.count("py") == 100
    assert answer.count("y") - answer.count("py") == 100
