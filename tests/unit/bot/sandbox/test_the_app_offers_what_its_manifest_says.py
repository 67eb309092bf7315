"""Commands, shortcuts and scopes of the sandbox are the manifest's, so that a lack shows before Slack shows it."""

from bot.manifest import SCOPES, manifest
from bot.sandbox.config import Config
from bot.sandbox.methods import METHODS
from bot.sandbox.methods.scopes import ANY_OF
from bot.sandbox.workspace import COMMANDS, SHORTCUTS

FEATURES = manifest()["features"]


def test_commands_and_shortcuts_are_those_of_the_manifest() -> None:
    """With their words."""
    declared = [
        (each["command"], each["description"], each["usage_hint"])
        for each in FEATURES["slash_commands"]
    ]
    assert declared
    assert [(each.command, each.description, each.usage_hint) for each in COMMANDS] == declared
    names = {each["callback_id"]: each["name"] for each in FEATURES["shortcuts"]}
    assert {each.callback_id: each.name for each in SHORTCUTS} == names


def test_the_app_is_granted_what_its_manifest_asks_for() -> None:
    """Unless a test grants something else."""
    assert Config.scopes == SCOPES


def test_every_scope_belongs_to_a_method_there_is() -> None:
    """No name in the table that nothing answers to."""
    assert set(ANY_OF) <= set(METHODS)
