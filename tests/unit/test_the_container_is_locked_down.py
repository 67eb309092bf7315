"""What `Dockerfile` and `compose.yaml` promise in docs/deploy.md; no engine is needed to read them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parents[2]
DOCKERFILE = (HERE / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((HERE / "compose.yaml").read_text())
OURS = [name for name in COMPOSE["services"] if name != "valkey"]
CLOSING = 5  # seconds for all else: connections, threads


def test_the_image_runs_as_an_unprivileged_user() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    [user] = re.findall(r"(?m)^USER (\S+)$", last)
    [number] = re.findall(r"useradd --uid (\d+)", last)
    assert user == "apprentice"
    assert int(number) > 1000
    assert last.index("USER") < last.index("ENTRYPOINT")


def test_every_dependency_of_the_image_is_checked_against_its_hash() -> None:
    assert "--require-hashes --requirement locks/bot.txt" in DOCKERFILE
    names = re.findall(r"(?m)^([a-z0-9.-]+)==", (HERE / "locks" / "bot.txt").read_text())
    assert len(names) > 50
    assert not {"torch", "jax", "pytest", "playwright"} & set(names)


def test_no_build_tool_is_left_in_the_image() -> None:
    assert "uninstall --yes hatchling pip" in DOCKERFILE
    assert "COPY --from=build /opt/apprentice" in DOCKERFILE


@pytest.mark.parametrize("name", OURS)
def test_a_container_may_write_only_its_volume_and_has_no_privileges(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["volumes"] == ["data:/data"]
    assert not service.get("privileged")


def test_only_the_web_server_is_reached_from_outside_and_only_from_this_machine() -> None:
    published = {name: each.get("ports") for name, each in COMPOSE["services"].items()}
    assert published == {"bot": ["127.0.0.1:3000:3000"], "worker": None, "valkey": None}


def test_the_database_loses_nothing() -> None:
    options = dict(
        re.findall(r"--(\S+) (\S+)", "\n".join(COMPOSE["services"]["valkey"]["command"]))
    )
    assert options == {
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "hash-max-listpack-value": "4096",
        "hash-max-listpack-entries": "32",
    }


def test_a_container_has_longer_to_stop_than_work_under_way_may_take() -> None:
    from bot.settings import Settings
    from bot.slack import background

    usual = {name: field.default for name, field in Settings.model_fields.items()}
    longest = usual["drain_seconds"] + usual["grace_seconds"] + 2 * background.PATIENCE
    for name in OURS:
        service = COMPOSE["services"][name]
        assert int(service["stop_grace_period"].removesuffix("s")) > longest + CLOSING
        assert service["init"]
