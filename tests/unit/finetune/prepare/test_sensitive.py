"""What the quick look passes over, redaction would leave as it is."""

import sys
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from finetune.dataset.redact import redact
from finetune.prepare import sensitive

PIECES = (
    *("sk-", "sk_live_", "rk_", "pk_", "whsec_", "AKIA", "ASIA", "AIza", "ya29.", "ghp_", "gho_"),
    *(
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxe.xoxp-",
        "xapp-",
        "npm_",
        "pypi-",
        "hf_",
        "SG.",
        "eyJ",
    ),
    *("-----BEGIN RSA PRIVATE KEY-----", "-----END PRIVATE KEY-----", "https://hooks.slack.com/"),
    *(
        "bearer ",
        "BEARER\n",
        "Bearer",
        "beaRer ",
        "://me:",
        "password",
        "PASSWD",
        "pa\u017f\u017fword",
    ),
    *(
        "passphrase",
        "secret",
        "\u017fecret",
        "api key",
        "ap\u0131_\u212aey",
        "APIキー",
        "api-key",
        "to\u212aen",
    ),
    *(
        "token",
        "パスワード",
        "暗証番号",
        "シークレット",
        "トークン",
        "は",
        " is ",
        ": ",
        "=",
        "\uff1a",
        "\uff1d",
    ),
    *(
        "<mailto:",
        "<tel:",
        ">",
        "@",
        "\uff20",
        "example.com",
        "\uff0e\uff43\uff4f\uff0e\uff4a\uff50",
        "me",
        "+81",
        "\uff0b1",
    ),
    *(
        "03-1234-5678",
        "090",
        "12345678",
        "0120",
        "4111 1111 1111 1111",
        "(415) 555-2671",
        "2024-05-13",
    ),
    *(
        "٠٩٠",
        "\uff10\uff13",
        "\U0001d7d8",
        "१२३",
        "-",
        " ",
        "  ",
        "\u3000",
        "\u2010",
        "ー",
        ".",
        "/",
        "\n",
    ),
    *("aB3dE5gH7jK9mN1pQ3sT5", "abcdefghijklmnop1234", "wJalrXUtnFEMIK7MDENG1", "correcthorse9"),
    *(
        "db01",
        ".corp",
        ".example",
        ".internal",
        ".local",
        "10.0.0.1",
        "192.168.1.",
        "7",
        "fd12:3::1",
    ),
    *(
        "マイナンバー",
        "個人番号",
        "123456789018",
        "〒",
        "100-0005",
        "郵便番号",
        "東京都",
        "千代田区",
    ),
    *("丸の内", "1-1-1", "3丁目5-12", "12 ", "Baker ", "Elm ", "Street", "St.", "P.O. Box ", "PW="),
    *("1//0", "GOCSPX-", "glrt-", "glsa_", "dop_v1_", "shpat_", "SK", "key-", "dapi", "hvs."),
    *("lin_api_", "ntn_", "figd_", "PMAK-", "dckr_pat_", "gsk_", "xai-", "pplx-", "sq0atp-"),
    *("AGE-SECRET-KEY-1", "12345678:AA", "aB38Q~", "?sig=", "&X-Amz-Signature=", "?s\u0130g="),
    *(
        "Authorization: Basic ",
        "access key=",
        "encrypt\u0131on-key:",
        "アクセスキー：",
        "パスフレーズ:",
    ),
    *("0123456789abcdef" * 2, "aB3dE5gH7jK9mN1pQ3sT5" * 2, "https://discord.com/api/webhooks/1/"),
    *("hello", "東京", "🙂", "x", "\xff", "\x00", "\ud800", "hunter2"),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=9).map("".join)


@given(st.lists(texts, min_size=1, max_size=4))
@settings(max_examples=600, deadline=None)
def test_a_text_that_redaction_changes_is_always_suspicious(found: list[str]) -> None:
    candidates = set(sensitive.suspicious(found))
    for at, text in enumerate(found):
        if at not in candidates:
            assert redact(text) == text


def test_each_secret_alone_is_found_between_harmless_texts() -> None:
    secrets = [
        "mail me@example.com",
        "pay 4111 1111 1111 1111",
        "call 03-1234-5678",
        "call \uff10\uff13-1234-5678",
        "sk-abcdefghijklmnop1234567890",
        "sk-AbCdEfGh1JkLmNoPqRsTuVwXyZ",
        "Bearer abcdefghijklmnopqrstu",
        "パスワードは abc12345",
        "key AKIAIOSFODNN7EXAMPLE",
        "SK" + "0123456789abcdef" * 2,
        "Authorization: Basic dXNlcjpwYXNz",
        "アクセスキー=abcdefgh1234",
        "the orders are on db01.corp.example",
        "オーブンは192.168.1.23です",
        "マイナンバーは123456789018です",
        "東京都千代田区丸の内1-1-1です",
        "〒100-0005",
        "at 221B Baker Street",
        "pass: hunter22",
        "https://x.example/f?sig=abcdefghijklmnop1234",
    ]
    for secret in secrets:
        assert redact(secret) != secret
        assert sensitive.suspicious(["hello", secret, "good day"]) == [1]


def test_ordinary_texts_are_passed_over() -> None:
    plain = ["They place 12 orders a day.", "On 2024-05-13 we met.", "東京は晴れ。", "", "when she"]
    assert sensitive.suspicious(plain) == []


def test_a_number_in_any_digits_of_unicode_is_looked_at() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Nd":
            assert sensitive.suspicious([chr(code) * 9]) == [0], hex(code)


def test_half_a_surrogate_pair_hides_nothing() -> None:
    assert sensitive.suspicious(["good day", "me@example.com \ud800", "\udfff"]) == [1, 2]
