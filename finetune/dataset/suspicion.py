"""Says of an example which suspicious things it holds: text that hides, orders a model, or leads away.

Pure. What is flagged is no proof of anything: it waits for a curator, who sees what was found. So that
this stays rare for honest text, joiners stay unflagged where a script or an emoji needs them, and what
a correction only repeats from the question or from the reply is nobody's doing.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from finetune.dataset.example import Example, Flag, Source, Suspicion
from finetune.dataset.hidden_text import encoded, escaped, invisible
from finetune.dataset.links import links

LONGEST = 12_000  # letters of an answer; Slack's own messages end at about this length
_SHOWN = 60
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~])?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_TEMPLATE = re.compile(
    r"<\|[A-Za-z_ \uff5c\u2581]{2,40}\|>|<\uff5c[^\uff5c\n]{2,40}\uff5c>|\[/?INST\]|<</?SYS>>|"
    r"</?(?:start|end)_of_turn>|(?m:^\s{0,4}</?s>|</s>\s{0,4}$)|"
    r"(?m:^[ \t]{0,4}#{2,3}[ \t]{0,3}(?:instructions?[ \t]{0,2}[:\uff1a]|"
    r"(?:system|instruction|human|assistant|user)[ \t]{0,2}[:\uff1a]?[ \t]{0,4}$)|"
    r"^[ \t]{0,4}(?:system|assistant|human)[ \t]{0,2}[:\uff1a][ \t]{0,4}$)",
    re.IGNORECASE,
)
_ROLE = re.compile(r"(?im)^[ \t]{0,4}(system|user|human|assistant)[ \t]{0,2}[:\uff1a](?!\S)")
_S, _E = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"  # Japanese has no spaces, and its letters are \w
_ORDERS = re.compile(
    rf"{_S}(?:"
    r"(?:ignore|disregard|forget|override|bypass)\s{1,4}(?:\w{1,12}\s{1,4}){0,3}?"
    r"(?:previous|prior|above|earlier|preceding|existing|system|your)\s{1,4}(?:\w{1,12}\s{1,4}){0,2}?"
    r"(?:instructions?|prompts?|rules?|messages?|guidelines|directives?|training)|"
    r"ignore\s{1,4}all\s{1,4}(?:instructions?|rules|safety)|"
    r"(?:your|the|reveal|print|repeat|show)\s{1,4}(?:hidden\s{1,4}|secret\s{1,4})?system\s{1,4}prompt|"
    r"you\s{1,4}are\s{1,4}(?:now|no\s{1,4}longer)\s{1,4}(?:an?|the|in|my|acting|bound|dan|going\s{1,4}to\s{1,4}act)|"
    r"from\s{1,4}now\s{1,4}on,?\s{1,4}you\s{1,4}(?:are|will|must|always|answer|respond|reply)|"
    r"(?:pretend|act)\s{1,4}(?:to\s{1,4}be|as\s{1,4}if\s{1,4}you)|"
    r"do\s{1,4}not\s{1,4}(?:tell|mention|reveal|show)\s{1,4}(?:this\s{1,4}to\s{1,4})?(?:the\s{1,4}(?:user|curator|admin)|anyone)|"
    r"(?:developer|jailbreak|dan)\s{1,4}mode|"
    r"whenever\s{1,4}(?:you\s{1,4}(?:see|read|hear)|(?:someone|anyone|a\s{1,4}user|the\s{1,4}user)\s{1,4}"
    r"(?:says|writes|mentions|asks[^\n]{0,60}?\W(?:say|answer|reply|respond)))"
    rf"){_E}",
    re.IGNORECASE,
)
_ORDERS_JA = re.compile(
    r"(?:以前|これまで|今まで|上記|前|すべて|全て|あなた|元|従来|最初)の?(?:すべての|全ての)?"
    r"(?:指示|命令|プロンプト|ルール|規則|制約|指令)(?:を|は|に)?(?:すべて|全て|一切)?"
    r"(?:無視(?!しな|せず|できな|しては|すると|した|され)|忘れ(?!ず|な|物|もの|た|ると)|"
    r"従わ(?:ないで|なくて(?!は)|ず|ないこと)|破棄|取り消)|"
    r"システム[・ ]?プロンプト[をの].{0,12}(?:表示|出力|見せ|教え|公開|書き出|繰り返|無視|忘れ(?!ず|な))|"
    r"あなたは(?:今から|これから|今後|もう.{1,20}(?:では(?:な|あり)|でな|じゃな))|"
    r"(?:今後|これから|以後)は?(?:必ず|常に|すべて).{0,20}(?:と|を)?(?:答え|回答し|返答し|出力し)|"
    r"(?:ユーザー|利用者|管理者|キュレーター)に(?:は)?(?:知らせ|言わ|伝え|見せ)(?:ないで|ず|るな)"
)
_BREAKS = re.compile("[\u00ad\u034f]")  # a reader does not see them within a word
_WORD = re.compile(r"[^\W\d_]{3,64}")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")


def suspicions(example: Example) -> tuple[Flag, ...]:
    """What this example holds by itself, each once; empty for nearly all honest text."""
    answer = example.answer
    question = "\n".join(message.content for message in example.prompt if message.role == "user")
    written: list[tuple[Literal["question", "answer", "note"], str]] = [
        ("question", question),
        ("answer", answer),
    ]
    if example.note:
        written.append(("note", example.note))
    known = f"{question}\n{example.rejected or ''}" if example.source is Source.CORRECTION else ""
    found = [
        Flag(suspicion=suspicion, where=where, found=shown)
        for where, text in written
        for suspicion, shown in _of(text, known if where == "answer" else "")
    ]
    if example.source is Source.CORRECTION:
        found += _led(answer, known)
    elif example.source is Source.THUMBS_UP:  # a reply that was led astray may be voted for
        found += _led(answer, question)
    found += _length(example)
    return tuple({(flag.suspicion, flag.where): flag for flag in reversed(found)}.values())[::-1]


def _of(text: str, known: str) -> Iterator[tuple[Suspicion, str]]:
    """Kinds of one text; what stands in `known` to the letter does not count."""
    for suspicion, hits in (
        (Suspicion.INVISIBLE, invisible(text)),
        (Suspicion.CONTROL, (hit.group() for hit in _CONTROL.finditer(text))),
        (Suspicion.ENCODED, encoded(text)),
        (Suspicion.INSTRUCTION, _orders(text)),
        (Suspicion.LOOKALIKE, _lookalikes(text)),
    ):
        hit = next((hit for hit in hits if not known or hit not in known), None)
        if hit is not None:
            yield suspicion, escaped(hit)[:_SHOWN]


def _orders(text: str) -> Iterator[str]:
    for pattern in (_TEMPLATE, _ORDERS, _ORDERS_JA):
        yield from (hit.group() for hit in pattern.finditer(text))
    roles = {hit.group(1).lower(): hit.group() for hit in _ROLE.finditer(text)}
    if "assistant" in roles and len(roles) > 1:  # a made-up conversation
        yield roles["assistant"]
    folded = unicodedata.normalize("NFKC", _BREAKS.sub("", text))  # full width, fraktur, circled
    if folded != text:
        for pattern in (_TEMPLATE, _ORDERS, _ORDERS_JA):
            yield from (hit.group() for hit in pattern.finditer(folded))


def _lookalikes(text: str) -> Iterator[str]:
    """Words that mix alphabets whose letters look alike; technical Greek (µm, Δt) is too short."""
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        if not word.group().isascii() and len(_alphabets(word.group())) > 1:
            yield word.group()


def _alphabets(word: str) -> set[str]:
    names = (
        unicodedata.name(letter, "")
        for letter in word
        if unicodedata.normalize("NFKC", letter) == letter
    )
    return {script for name in names for script in _SCRIPTS if name.startswith(script)}


def _led(answer: str, known: str) -> list[Flag]:
    before = {host for _, host in links(known)}
    new = next((link for link, host in links(answer) if host not in before), None)
    return [] if new is None else [Flag(suspicion=Suspicion.LINK, found=escaped(new)[:_SHOWN])]


def _length(example: Example) -> list[Flag]:
    long, before = len(example.answer), len(example.rejected or "")
    grown = example.rejected is not None and long > 3_000 and long > 20 * max(before, 1)
    if long <= LONGEST and not grown:
        return []
    return [Flag(suspicion=Suspicion.LENGTH, found=str(long))]
