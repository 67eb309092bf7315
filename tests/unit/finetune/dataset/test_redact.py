"""What never reaches the dataset, and what does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune import redact


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Mail aiko@hoshi.example.com today", "Mail [email] today"),
        ("Mail <mailto:a@b.co|a@b.co> today", "Mail [email] today"),
        ("Call 03-1234-5678.", "Call [phone]."),
        ("Call 090-1234-5678 or +81 90 1234 5678", "Call [phone] or [phone]"),
        ("Call (415) 555-2671 now", "Call [phone] now"),
        ("Card 4111 1111 1111 1111 exp 12/27", "Card [card] exp 12/27"),
        ("key sk-abcdefghijklmnopqrstuvwx", "key [secret]"),
        ("AKIAIOSFODNN7EXAMPLE is it", "[secret] is it"),
        ("ghp_" + "a" * 36, "[secret]"),
        ("token xoxb-1234567890-abcdef", "token [secret]"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4", "[token]"),
        ("password: hunter2!", "password: [secret]"),
        ("postgres://bot:s3cret@db/app", "postgres://bot:[secret]@db/app"),
        ("パスワードはabc123です", "パスワードは[secret]です"),
    ],
)
def test_secrets_and_personal_data_become_placeholders(text: str, clean: str) -> None:
    assert redact(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "You get 20 days of paid leave a year.",
        "The shop opens at 7:30 on 2026-11-21.",
        "Order 20261121 costs 1,234,567 yen.",
        "password: ask Ben",
        "Forms are at https://hoshi.example/forms/12345678",
        "<@U0ASKER001> asked in <#C0GENERAL1>",
        "有給休暇は年に20日です。",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)
