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
        ("password: correcthorse", "password: [secret]"),
        ("secret: correcthorsebattery", "secret: [secret]"),
        ("token=correcthorse", "token=[secret]"),
        ("api key: abcdefghijkl", "api key: [secret]"),
        ('{"passwd": "correcthorse"}', '{"passwd": "[secret]'),
        ("AWS_SECRET_ACCESS_KEY=correcthorsebattery", "AWS_SECRET_ACCESS_KEY=[secret]"),
        ("パスワード：correcthorse です", "パスワード：[secret] です"),
        ("パスワード: ｈｏｒｓｅ１２３", "パスワード: [secret]"),  # noqa: RUF001 - full width is meant
        ("APIキー：abcdefghijkl", "APIキー：[secret]"),
        ("our secret wJalrXUtnFEMI/K7MDENG/bPxRfi", "our secret [secret]"),
        ("password hunter22", "password [secret]"),
        ("john＠example.com", "[email]"),  # noqa: RUF001 - full width is meant
        ("ｊｏｈｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[email]"),  # noqa: RUF001 - full width is meant
        ("sk-proj-abcdEFGH1234-ijkl_MNOP5678", "[secret]"),
        ("sk-0123456789abcdef", "[secret]"),
        ("postgres://bot:s3@cret@db/app", "postgres://bot:[secret]@db/app"),
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
        "sk-learn-and-other-packages-are-good",
        "API key rotation2024policy",
        "Our secret santa2025 party",
        "The password is required, and must have 8-12 characters.",
        "password: https://hoshi.example/forms/reset",
        "パスワード：８文字以上で設定してください",
        "Price per token: $0.00001234",
        "It costs ¥1,200,000 or $1,234.56.",
        "Open 2026-11-21 10:30-11:45, 2024年11月21日 10:30〜12:00",
        "ISBN 978-4-16-110123-4, ISBN 9784161101234",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


PIECES = (
    *("password", "secret", "API key", "token", "パスワード", "is", "は", ":", "：", "=", " "),
    *("correcthorse", "hunter22", "sk-abcdefgh12345678", "[secret]", "'", '"', "[", "@", "＠"),  # noqa: RUF001 - full width is meant
    *("://", "example.com", "4111 1111 1111 1111", "03-1234-5678", "$1.50", "\n"),
)


@given(st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("start", ["password", "password:", "secret is", "sk-" * 10_000])
def test_a_hostile_text_is_read_in_no_time(start: str) -> None:
    text = start + " " * 40_000 + "."
    assert redact(text) == text
