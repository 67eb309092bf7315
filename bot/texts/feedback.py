"""What the bot says to those who vote on its replies and correct them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FeedbackTexts:
    """Sentences around votes and corrections."""

    not_mine: str
    same_text: str
    approved: str
    pending: str
    conflict: str


EN = FeedbackTexts(
    not_mine="This is not one of my replies any more, so I cannot learn from it.",
    same_text="That is what the reply says already. Please write what it should have been.",
    approved="Thank you! Your correction is in the dataset; the next retraining will learn it.",
    pending="Thank you! Your correction waits for a curator, then the next retraining learns it.",
    conflict=(
        "Thank you! A colleague corrected the same question differently, so a curator will decide."
    ),
)
JA = FeedbackTexts(
    not_mine="これはもう私の返信ではないため、ここからは学べません。",
    same_text="返信は既にその内容です。本来どう答えるべきだったかを書いてください。",
    approved="ありがとうございます。訂正はデータセットに入り、次の再学習で学びます。",
    pending="ありがとうございます。訂正はキュレーターの確認後、次の再学習で学びます。",
    conflict=("ありがとうございます。同じ質問に別の訂正があるため、キュレーターが判断します。"),
)
