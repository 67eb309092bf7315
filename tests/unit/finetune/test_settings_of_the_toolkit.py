"""Settings are read once, and a bad one is explained in one line."""

import pytest

from finetune import InputError, Settings, load


def test_a_bad_value_is_named_with_a_good_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRAIN_MIN_EXAMPLES", "none")
    with pytest.raises(InputError, match=r"^RETRAIN_MIN_EXAMPLES: .*RETRAIN_MIN_EXAMPLES=10$"):
        load(Settings)


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "")
    assert load(Settings).redis_url is None


def test_the_key_does_not_show_when_settings_are_printed() -> None:
    assert "sk-very" not in repr(load(Settings, openai_api_key="sk-very-secret"))
