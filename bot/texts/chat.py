"""What the bot itself says while it answers, or cannot."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChatTexts:
    """Sentences around an answer; the answer itself is the model's."""

    thinking: str
    greeting: str
    sorry_later: str
    sorry_refused: str
    sorry_empty: str


EN = ChatTexts(
    thinking="is thinking…",
    greeting="Hi! Ask me something, and tell me with 👍 or 👎 whether the answer was good.",
    sorry_later=(
        "Sorry, my model does not answer at the moment. Your question is not lost: "
        "please ask me again in a few minutes."
    ),
    sorry_refused=(
        "Sorry, my model could not take this question. An admin can see why in the log; "
        "a shorter or differently worded question may work."
    ),
    sorry_empty="Sorry, my model had no answer to this. Could you put it differently?",
)
JA = ChatTexts(
    thinking="が考えています…",
    greeting="こんにちは。何でも聞いてください。答えが良かったかどうかは 👍 か 👎 で教えてください。",
    sorry_later=(
        "申し訳ありません。今はモデルが応答しません。"
        "質問は失われていません。数分後にもう一度お試しください。"
    ),
    sorry_refused=(
        "申し訳ありません。モデルがこの質問を受け付けませんでした。理由は管理者がログで確認できます。"
        "短くするか、言い方を変えるとうまくいくことがあります。"
    ),
    sorry_empty="申し訳ありません。モデルから答えがありませんでした。言い方を変えてみてください。",
)
