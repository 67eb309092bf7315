"""`finetune evaluate`: is the candidate better than the champion?"""


def evaluate() -> None:
    """Decide by held-out cases whether a candidate is better than the champion.

    Example: finetune evaluate --candidate ft:base:team::1 --champion base --cases held-out.jsonl
    """
    raise NotImplementedError
