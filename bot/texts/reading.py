"""What the bot says about files that it could not read, or not whole.

The names of most fields are the reasons in `documents/document.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadingTexts:
    """Notes under an answer; `name` is the file's, `limit` in megabytes."""

    empty: str
    too_large: str
    unsupported: str
    encrypted: str
    no_text: str
    damaged: str
    too_long: str
    unseen: str
    too_many: str
    external: str
    gone: str
    no_access: str
    unreachable: str
    cut: str


EN = ReadingTexts(
    empty="{name} is empty, so there was nothing to read.",
    too_large="{name} is too large for me; I read files of this kind up to {limit} MB.",
    unsupported=(
        "I cannot read {name}. Please paste the text, or attach it as text, CSV, XLSX or PDF; "
        "pictures work as PNG, JPEG, GIF or WebP."
    ),
    encrypted="{name} is protected by a password. Please attach it without one.",
    no_text="I found no text in {name}; it seems to be scanned. A picture of the page may work.",
    damaged="I could not open {name}; the file seems to be damaged.",
    too_long="{name} took too long to read. Please attach only the pages that matter.",
    unseen="I cannot look at pictures, so I did not see {name}. Please describe what it shows.",
    too_many="I look at {limit} pictures at a time and did not see {name}.",
    external="{name} lies outside Slack, where I cannot read it. Please attach the file itself.",
    gone="{name} is no longer there.",
    no_access=(
        "Slack did not let me read {name}. An admin can check that I have the permission files:read."
    ),
    unreachable="Slack did not give me {name} just now. Please ask me again in a few minutes.",
    cut="{name} is long; I read only its beginning.",
)
JA = ReadingTexts(
    empty="{name} は空のため、読むものがありませんでした。",
    too_large="{name} は大きすぎて読めません。この種類のファイルは {limit} MB まで読めます。",
    unsupported=(
        "{name} は読めません。本文を貼り付けるか、テキスト、CSV、XLSX、PDF で添付してください。"
        "画像は PNG、JPEG、GIF、WebP に対応しています。"
    ),
    encrypted="{name} はパスワードで保護されています。パスワードなしで添付してください。",
    no_text=(
        "{name} にはテキストがありません。スキャンしたもののようです。"
        "ページの画像であれば読めるかもしれません。"
    ),
    damaged="{name} を開けませんでした。ファイルが壊れているようです。",
    too_long="{name} は読み込みに時間がかかりすぎました。必要なページだけを添付してください。",
    unseen="画像を見ることができないため、{name} は見ていません。内容を文章で説明してください。",
    too_many="一度に見られる画像は {limit} 枚までのため、{name} は見ていません。",
    external="{name} は Slack の外にあるため読めません。ファイルそのものを添付してください。",
    gone="{name} はもうありません。",
    no_access=(
        "Slack が {name} の読み取りを許可しませんでした。"
        "files:read の権限があるか、管理者が確認できます。"
    ),
    unreachable="今は Slack から {name} を取得できませんでした。数分後にもう一度お試しください。",
    cut="{name} は長いため、最初の部分だけを読みました。",
)
