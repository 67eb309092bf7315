"""Ports that are taken, and secrets that stay the same."""

import socket
import stat
from pathlib import Path

import pytest

from bot.demo.errors import DemoError
from bot.demo.keys import keep_keys
from bot.demo.ports import claim, free


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DemoError, match=f"port {port} is taken.*--port"):
            claim(port)


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_does_not_exist_is_refused_with_the_way_out(port: int) -> None:
    with pytest.raises(DemoError, match=f"there is no port {port}: .*--port"):
        claim(port)


def test_free_ports_differ_and_can_be_claimed() -> None:
    ports = free(3)
    assert len(set(ports)) == 3
    assert [claim(port) for port in ports] == ports


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first = keep_keys(file)
    assert keep_keys(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keep_keys(tmp_path / "other.json") != first


def test_damaged_keys_are_told_not_replaced(tmp_path: Path) -> None:
    """New keys would not fit the models that belong to the old ones."""
    file = tmp_path / "keys.json"
    file.write_text("{")
    with pytest.raises(DemoError, match="damaged"):
        keep_keys(file)


def test_keys_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(DemoError, match="damaged"):
        keep_keys(tmp_path / "keys.json")
