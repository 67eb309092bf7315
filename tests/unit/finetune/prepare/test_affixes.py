"""What texts share is found in linear time and cut at words, never to nothing."""

from typing import Any

import pytest

from finetune.prepare import affixes
from finetune.prepare.affixes import Affixes, Ends, removable


def ends(*texts: str, legacy: bool = False, least: tuple[int, int] = (5, 13)) -> Ends:
    found = Affixes()
    for text in texts:
        found.add([text])
    return removable(found.shared, *least, legacy=legacy)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("Answer: a", "Answer: b", "Answer: c"), Ends("Answer: ")),
        (("Answer: apple", "Answer: apron", "Answer: april"), Ends("Answer: ")),
        (("答え：東京", "答え：東北", "答え：大阪"), Ends()),  # four characters are few
        (("次の答え：東京", "次の答え：東北", "次の答え：大阪"), Ends("次の答え：")),
        (("a ->", "b ->", "c ->"), Ends("", " ->")),
        (("a\n\n###\n\n", "b\n\n###\n\n", "c\n\n###\n\n"), Ends("", "\n\n###\n\n")),
        (("a END", "b END", "c END"), Ends("", " END")),
        (("どこ?", "だれ?", "いつ?"), Ends()),  # a question mark is no marker
        (("はい。", "いいえ。", "さあ。"), Ends()),
        ((" yes", " no", " maybe"), Ends(" ")),
        (("same words", "same words", "same words"), Ends()),
        (("Answer: ", "Answer: b", "Answer: c"), Ends()),  # one would be left empty
        (("Answer: a", "Answer: b"), Ends()),  # two are chance
        (("interesting", "interested", "interests"), Ends()),  # inside a word
    ],
)
def test_only_whole_words_and_markers_are_taken_off(texts: tuple[str, ...], found: Ends) -> None:
    assert ends(*texts) == found


def test_a_separator_stays_where_a_base_model_needs_it() -> None:
    assert ends("a ->", "b ->", "c ->", legacy=True) == Ends()


def test_the_work_grows_with_the_text_not_with_what_is_shared(monkeypatch: Any) -> None:
    calls = 0

    class Counted(str):
        __slots__ = ()

        def startswith(self, *args: Any) -> bool:
            nonlocal calls
            calls += 1
            return super().startswith(*args)

    prefix = "Instruction, always the same. " * 67
    found = affixes.Affixes()
    found.add([Counted(f"{prefix}{n}") for n in range(3000)])
    assert calls < 2 * 3000
    assert removable(found.shared, 13, 13, legacy=False).prefix == prefix
