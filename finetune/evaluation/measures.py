"""How near an answer is to the wanted one: numbers from 0 to 1. Pure functions over text."""

from collections import Counter

from rapidfuzz.distance import Levenshtein

from finetune.dataset.example import normalise

LONGEST_GRAM = 6
BETA = 2.0  # recall counts twice as much as precision


def exact_match(wanted: str, answer: str) -> float:
    """1.0 for the same characters."""
    return float(wanted == answer)


def normalised_match(wanted: str, answer: str) -> float:
    """1.0 for the same text but for case, white space, and full or half width."""
    return float(normalise(wanted) == normalise(answer))


def edit_similarity(wanted: str, answer: str) -> float:
    """1 minus the Levenshtein distance over the length of the longer one."""
    return Levenshtein.normalized_similarity(wanted, answer)


def chrf(wanted: str, answer: str, beta: float = BETA) -> float:
    """Character F-score of n-grams of 1 to 6 characters, white space left out (Popović 2015).

    Precision and recall are averaged over the lengths that both texts have, as sacreBLEU does.
    """
    wanted, answer = "".join(wanted.split()), "".join(answer.split())
    orders = min(LONGEST_GRAM, len(wanted), len(answer))
    if not orders:
        return 0.0
    precision = recall = 0.0
    for size in range(1, orders + 1):
        ours, theirs = _grams(answer, size), _grams(wanted, size)
        same = (ours & theirs).total()
        precision += same / ours.total() / orders
        recall += same / theirs.total() / orders
    if not precision + recall:
        return 0.0
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def _grams(text: str, size: int) -> Counter[str]:
    return Counter(text[at : at + size] for at in range(len(text) - size + 1))
