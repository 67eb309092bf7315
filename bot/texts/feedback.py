"""What the bot says to those who vote on its replies and correct them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FeedbackTexts:
    """Sentences around votes and corrections. Labels of a modal are short: Slack cuts titles at 24."""

    not_mine: str
    same_text: str
    emptied: str
    approved: str
    pending: str
    conflict: str
    over_cap: str
    scheduled: str
    images: str
    not_kept: str
    not_visible: str
    opted_out: str
    try_again: str
    nothing_here: str
    empty: str
    unreadable: str
    title: str
    save: str
    cancel: str
    close: str
    wanted: str
    wanted_part: str
    wanted_hint: str
    too_long: str
    reason: str
    reasons: Mapping[str, str]
    note: str
    corrected: str
    corrected_by: str
    corrected_cut: str
    news: str
    news_more: str
    news_question: str
    news_correction: str
    news_answer: str
    news_off: str
    news_is_off: str
    vote_counts: str


EN = FeedbackTexts(
    not_mine="This is not one of my replies any more, so I cannot learn from it.",
    same_text="That is what the reply says already. Please write what it should have been.",
    emptied="Please write what the reply should have been; nothing is written here.",
    approved="Thank you! Your correction is in the dataset; the next retraining will learn it.",
    pending="Thank you! Your correction waits for a curator, then the next retraining learns it.",
    conflict=(
        "Thank you! A colleague corrected the same question differently, so a curator will decide."
    ),
    over_cap=(
        "Thank you! You have taught me a lot today, so a curator looks at this correction before the "
        "next retraining learns it."
    ),
    scheduled="The next retraining is planned for {when}.",
    images=(
        "Thank you! The question came with pictures, which I do not keep, so I cannot learn from "
        "this correction."
    ),
    not_kept="I keep nothing of this conversation, so I cannot learn from it.",
    not_visible="You are not in the channel of this reply, so your feedback does not count.",
    opted_out=(
        "You have chosen that I store nothing of yours, so I cannot keep your feedback. "
        "You can change that in my App Home."
    ),
    try_again="Slack does not answer me right now. Nothing is saved yet: please try again.",
    nothing_here=(
        "There is no reply of mine before this message that I could correct. "
        "Write `correct: …` in the thread of the reply."
    ),
    empty=(
        "Please write the whole corrected reply behind `correct:`, or attach it as a text file."
    ),
    unreadable="I could not read that file. Please attach the corrected reply as a text file.",
    title="Correct this reply",
    save="Save",
    cancel="Cancel",
    close="Close",
    wanted="What should the reply have been?",
    wanted_part="What should the reply have been? ({number} of {total})",
    wanted_hint="The next retraining learns exactly this text.",
    too_long=(
        "This reply is too long to be edited here. Write the whole corrected reply below, or "
        "answer in its thread with `correct: …`, or with the comment `correct` and a text file."
    ),
    reason="What was wrong with it?",
    reasons={
        "wrong": "It is wrong",
        "outdated": "It is out of date",
        "tone": "The tone",
        "format": "The format",
        "unsafe": "It is unsafe",
        "other": "Something else",
    },
    note="A note for the curator",
    corrected="✏️ Corrected by {who}:",
    corrected_by="✏️ Corrected by {who}",
    corrected_cut="The correction goes on: it is longer than one message. I learn all of it.",
    news="I have learnt from you. A new model answers now; it was trained on what you corrected:",
    news_more="… and {count} more.",
    news_question="You corrected my answer to",
    news_correction="Your correction",
    news_answer="What I answer now",
    news_off="Turn these messages off",
    news_is_off="Done: I will not tell you any more. You can turn it on again in my App Home.",
    vote_counts=(
        "Your 👎 counts. Slack did not open the form for a correction: click 👎 once more, or write "
        "“correct: …” in the thread."
    ),
)
JA = FeedbackTexts(
    not_mine="これはもう私の返信ではないため、ここからは学べません。",
    same_text="返信は既にその内容です。本来どう答えるべきだったかを書いてください。",
    emptied="何も書かれていません。本来どう答えるべきだったかを書いてください。",
    approved="ありがとうございます。訂正はデータセットに入り、次の再学習で学びます。",
    pending="ありがとうございます。訂正はキュレーターの確認後、次の再学習で学びます。",
    conflict="ありがとうございます。同じ質問に別の訂正があるため、キュレーターが判断します。",
    over_cap=(
        "ありがとうございます。本日は多くのフィードバックをいただいたため、この訂正は"
        "キュレーターの確認後に学びます。"
    ),
    scheduled="次の再学習は {when} の予定です。",
    images=(
        "ありがとうございます。ただし質問に画像が含まれており、画像は保存しないため、"
        "この訂正からは学べません。"
    ),
    not_kept="この会話の内容は保存していないため、ここからは学べません。",
    not_visible="この返信のあるチャンネルに参加していないため、フィードバックは反映されません。",
    opted_out=(
        "内容を保存しない設定になっているため、フィードバックを保存できません。"
        "設定はアプリのホームで変更できます。"
    ),
    try_again="現在 Slack から応答がありません。まだ保存されていないので、もう一度お試しください。",
    nothing_here=(
        "このメッセージより前に、訂正できる私の返信がありません。"
        "返信のスレッドに「訂正：…」と書いてください。"
    ),
    empty="「訂正：」に続けて訂正後の返信全体を書くか、テキストファイルを添付してください。",
    unreadable="ファイルを読み取れませんでした。訂正後の返信をテキストファイルで添付してください。",
    title="返信を訂正",
    save="保存",
    cancel="キャンセル",
    close="閉じる",
    wanted="本来どう答えるべきでしたか？",
    wanted_part="本来どう答えるべきでしたか？（{number}／{total}）",
    wanted_hint="次の再学習では、この文章をそのまま学びます。",
    too_long=(
        "この返信は長すぎるため、ここでは編集できません。訂正後の返信全体を下に書くか、"
        "スレッドに「訂正：…」と返信するか、「訂正」というコメントを付けてテキストファイルを"
        "添付してください。"
    ),
    reason="どこに問題がありましたか？",
    reasons={
        "wrong": "内容が誤っている",
        "outdated": "情報が古い",
        "tone": "口調",
        "format": "書式",
        "unsafe": "安全でない",
        "other": "その他",
    },
    note="キュレーターへのメモ",
    corrected="✏️ {who} さんによる訂正：",
    corrected_by="✏️ {who} さんが訂正しました",
    corrected_cut="訂正には続きがあります（1 件のメッセージに収まりません）。学習には全文を使います。",
    news="教えていただいたことを学びました。訂正を学習した新しいモデルが回答しています。",
    news_more="…ほか {count} 件",
    news_question="訂正いただいた質問",
    news_correction="あなたの訂正",
    news_answer="現在の回答",
    news_off="この通知を止める",
    news_is_off="承知しました。今後はお知らせしません。アプリのホームでいつでも再開できます。",
    vote_counts=(
        "👎 を記録しました。訂正用の画面を開けませんでした。もう一度 👎 を押すか、スレッドに"
        "「訂正：…」と書いてください。"
    ),
)
