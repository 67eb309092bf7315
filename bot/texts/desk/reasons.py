"""The gate's reasons, which `finetune.promotion` keeps in English, in the reader's language.

`bot/web/runs/reasons.py` knows which sentence is which.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReasonTexts:
    """One sentence for each thing that the gate may say."""

    champion_refused: str
    candidate_refused: str
    broken_text: str
    corrected: str
    corrected_p: str
    corrected_close: str
    all_right: str
    none_corrected: str
    better: str
    no_gain: str
    kept: str
    kept_p: str
    flagged: str
    one_voice: str
    kinds: dict[str, str]


EN = ReasonTexts(
    champion_refused="The model before refused {count} of {asked} questions{why}.",
    candidate_refused="The new model refused {count} of {asked} questions{why}.",
    broken_text="{count} of {asked} answers are {kinds}.",
    corrected="Of {asked} corrected questions {fixed} are fixed and {broken} newly broken.",
    corrected_p="Of {asked} corrected questions {fixed} are fixed and {broken} newly broken "
    "(p = {p}).",
    corrected_close="Of {asked} corrected questions {fixed} are fixed and {broken} newly broken "
    "(p = {p}): too close to call.",
    all_right="All {asked} corrected questions were answered right before",
    none_corrected="No corrected questions were asked",
    better="; the other questions got better.",
    no_gain="; there is no gain to show.",
    kept="{kept} of {had} other right answers are kept ({share}).",
    kept_p="{kept} of {had} other right answers are kept ({share}), {fixed} are fixed (chance of "
    "being worse: p = {p}).",
    flagged="All {count} gains rest on examples that were flagged as suspicious.",
    one_voice="{most} of {fixed} gains rest on one person who is no curator (more than {few}): an "
    "admin decides.",
    kinds={
        "empty": "empty",
        "truncated": "cut off",
        "repeated": "repeated over and over",
        "refused": "refused",
    },
)
JA = ReasonTexts(
    champion_refused="以前のモデルは {asked} 件中 {count} 件の質問への回答を拒否しました{why}。",
    candidate_refused="新しいモデルは {asked} 件中 {count} 件の質問への回答を拒否しました{why}。",
    broken_text="{asked} 件中 {count} 件の回答に問題があります（{kinds}）。",
    corrected="訂正された質問 {asked} 件のうち、{fixed} 件が改善し、{broken} 件が新たに悪化しました。",
    corrected_p="訂正された質問 {asked} 件のうち、{fixed} 件が改善し、{broken} 件が新たに悪化しました"
    "（p = {p}）。",
    corrected_close="訂正された質問 {asked} 件のうち、{fixed} 件が改善し、{broken} 件が新たに悪化しました"
    "（p = {p}）。差が小さく判断できません。",
    all_right="訂正された質問 {asked} 件は、以前からすべて正しく回答できていました",
    none_corrected="訂正された質問はありません",
    better="。ほかの質問では改善しています。",
    no_gain="。改善は確認できません。",
    kept="ほかの正しい回答 {had} 件のうち {kept} 件を維持しています（{share}）。",
    kept_p="ほかの正しい回答 {had} 件のうち {kept} 件を維持し（{share}）、{fixed} 件が改善しました"
    "（悪化している確率: p = {p}）。",
    flagged="改善した {count} 件は、すべて要注意の印が付いた例によるものです。",
    one_voice="改善した {fixed} 件のうち {most} 件は、キュレーターではない 1 人の訂正によるものです"
    "（{few} 件を超えています）。管理者が判断します。",
    kinds={
        "empty": "空の回答",
        "truncated": "途中で切れた回答",
        "repeated": "同じ言葉の繰り返し",
        "refused": "回答の拒否",
    },
)
