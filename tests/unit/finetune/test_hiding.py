"""What the process knows to be secret is said nowhere, in whichever form."""

import pytest

from finetune import InputError, discreet, load
from finetune.adapters.redis.connection import connect
from finetune.hiding import hide
from finetune.settings import Settings, TrainerSettings


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that one test hides is hidden in the next."""
    monkeypatch.setattr("finetune.hiding._known", set())


def test_a_hidden_value_is_left_out_of_a_text() -> None:
    hide(["correct horse battery"])
    assert discreet("no correct horse battery here") == "no [secret] here"


def test_a_hidden_value_is_known_as_addresses_write_it() -> None:
    hide(["pa#ss w/rd%"])
    assert "pa%23ss" not in discreet("at pa%23ss%20w%2Frd%25!")


def test_a_short_word_is_not_hidden() -> None:
    hide(["key", ""])
    assert discreet("the key is missing") == "the key is missing"


def test_of_two_secrets_that_begin_alike_nothing_is_left() -> None:
    hide(["abcdefgh", "abcdefgh12345"])
    assert discreet("x abcdefgh12345 y") == "x [secret] y"


def test_loaded_settings_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-no-known-shape")
    monkeypatch.setenv("REDIS_URL", "redis://:swordfish99@localhost:6379/0?password=swordfish11")
    monkeypatch.setenv("TRAINER_API_KEYS", "first-key-of-two,second-key-of-two")
    load(Settings)
    load(TrainerSettings)
    said = discreet(
        "a-key-of-no-known-shape swordfish99/swordfish11 first-key-of-two second-key-of-two"
    )
    assert said == "[secret] [secret]/[secret] [secret] [secret]"


def test_an_address_that_is_none_is_not_repeated() -> None:
    with pytest.raises(InputError) as raised:
        connect("redis://:sword#fish@localhost:6379/0")
    assert "sword" not in str(raised.value)
