"""Tickets that are done stay done, whatever cut the file short."""

from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.sources.gitlab.kept import kept_tickets
from finetune.sources.gitlab.values import Taken

ORDER = {"url": "u", "choice": [["bug"], None]}


def filled(path: Path, count: int) -> None:
    with kept_tickets(path, ORDER) as kept:
        for iid in range(count):
            kept.put(Taken(iid=iid, updated_at="now", skipped="no"))


def test_a_ticket_is_known_until_it_changes(tmp_path: Path) -> None:
    filled(tmp_path / "part", 3)
    with kept_tickets(tmp_path / "part", ORDER) as kept:
        assert kept.get(2, "now") is not None
        assert kept.get(2, "later") is None
        assert kept.get(3, "now") is None


@pytest.mark.parametrize("lost", range(1, 140, 7))
def test_a_file_that_was_cut_short_goes_on_from_its_last_whole_line(
    tmp_path: Path, lost: int
) -> None:
    path = tmp_path / "part"
    filled(path, 3)
    path.write_bytes(path.read_bytes()[:-lost])
    filled(path, 5)
    with kept_tickets(path, ORDER) as kept:
        assert all(kept.get(iid, "now") is not None for iid in range(5))


def test_another_import_is_not_mixed_in(tmp_path: Path) -> None:
    filled(tmp_path / "part", 1)
    with (
        pytest.raises(InputError, match="another import"),
        kept_tickets(tmp_path / "part", ORDER | {"url": "v"}),
    ):
        pass


@pytest.mark.parametrize("text", ["precious", "precious\n", '{"precious": 1}\n'])
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "part"
    path.write_text(text)
    with pytest.raises(InputError), kept_tickets(path, ORDER):
        pass
    assert path.read_text() == text


def test_a_file_that_holds_no_ticket_is_not_left(tmp_path: Path) -> None:
    filled(tmp_path / "part", 0)
    assert not (tmp_path / "part").exists()
    filled(tmp_path / "part", 1)
    filled(tmp_path / "part", 0)
    assert (tmp_path / "part").exists()


def test_two_imports_do_not_work_on_one_file(tmp_path: Path) -> None:
    path = tmp_path / "part"
    with (
        kept_tickets(path, ORDER),
        pytest.raises(InputError, match="another import works"),
        kept_tickets(path, ORDER),
    ):
        pass


def test_a_ticket_kept_again_outweighs_the_first_and_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "part"
    filled(path, 3)
    with kept_tickets(path, ORDER) as kept:
        assert kept.get(1, "now") == Taken(iid=1, updated_at="now", skipped="no")
        kept.put(Taken(iid=1, updated_at="later", skipped="yes"))
        assert kept.get(2, "now") == Taken(iid=2, updated_at="now", skipped="no")
    with kept_tickets(path, ORDER) as kept:
        assert kept.get(1, "later") == Taken(iid=1, updated_at="later", skipped="yes")
