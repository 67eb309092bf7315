"""What a file claims to be decides whether it is loaded at all, and how much of it."""

import pytest

from bot.documents import Kind, announced, most_bytes


@pytest.mark.parametrize(
    ("name", "mimetype", "kind"),
    [
        ("hours.csv", "text/plain", Kind.TABLE),
        ("hours", "text/csv", Kind.TABLE),
        ("Leave.PDF", "application/octet-stream", Kind.PDF),
        ("shop.xlsx", "", Kind.WORKBOOK),
        ("oven.png", "image/png", Kind.IMAGE),
        ("logo.svg", "image/svg+xml", Kind.TEXT),
        ("main.ts", "video/mp2t", Kind.TEXT),
        ("film.m4v", "video/x-m4v", Kind.OTHER),
        ("song", "audio/mpeg", Kind.OTHER),
        ("all.zip", "", Kind.OTHER),
        ("plan", "application/vnd.slack-docs", Kind.OTHER),
        ("Dockerfile", "", Kind.TEXT),
    ],
)
def test_a_file_is_expected_to_be_what_it_claims(name: str, mimetype: str, kind: Kind) -> None:
    assert announced(name, mimetype) is kind


def test_a_pdf_may_be_larger_than_text() -> None:
    assert most_bytes(Kind.PDF) == 20_000_000
    assert most_bytes(Kind.TEXT) == 5_000_000
