"""What the bot says of an example that a curator should look at twice, in the queue and in pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from finetune import Flag, Suspicion

_PLAIN = frozenset({Suspicion.LENGTH, Suspicion.OVER_CAP})  # what was found says nothing more


@dataclass(frozen=True)
class FlagTexts:
    """A clause for each suspicion, and where it was found unless that is the answer."""

    kinds: Mapping[Suspicion, str]
    in_question: str
    in_note: str

    def line(self, flag: Flag, found: str) -> str:
        """One flag; `found` is what stands there, as its surface shows such things."""
        place = {"question": self.in_question, "note": self.in_note}.get(flag.where, "")
        shown = "" if flag.suspicion in _PLAIN else found
        return " · ".join(part for part in (self.kinds[flag.suspicion], place, shown) if part)


EN = FlagTexts(
    kinds={
        Suspicion.INVISIBLE: "it holds characters that nobody sees",
        Suspicion.CONTROL: "it holds control characters",
        Suspicion.ENCODED: "it holds an encoded text",
        Suspicion.INSTRUCTION: "it reads like an order to the model",
        Suspicion.LOOKALIKE: "a word mixes alphabets that look alike",
        Suspicion.LINK: "it leads somewhere that neither the question nor the reply did",
        Suspicion.LENGTH: "it is very long",
        Suspicion.REPEATED: "this person puts the same phrase under many questions",
        Suspicion.OVER_CAP: "more came in than may be approved without a look",
    },
    in_question="in the question",
    in_note="in the note",
)
JA = FlagTexts(
    kinds={
        Suspicion.INVISIBLE: "目に見えない文字が含まれています",
        Suspicion.CONTROL: "制御文字が含まれています",
        Suspicion.ENCODED: "符号化された文章が含まれています",
        Suspicion.INSTRUCTION: "モデルへの命令のように読めます",
        Suspicion.LOOKALIKE: "見た目の似た別の文字が混ざった単語があります",
        Suspicion.LINK: "質問にも元の返信にもなかったリンクがあります",
        Suspicion.LENGTH: "とても長い文章です",
        Suspicion.REPEATED: "同じ人が多くの質問に同じ言い回しを使っています",
        Suspicion.OVER_CAP: "確認なしで承認できる件数を超えています",
    },
    in_question="質問の中",
    in_note="メモの中",
)
