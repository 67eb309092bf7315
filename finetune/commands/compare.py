"""`finetune compare`: several models answer the same cases, side by side."""


def compare() -> None:
    """Ask several models the same cases, and compare length, speed, tokens and cost.

    Example: finetune compare --models base,ft:base:team::1 --cases unseen.jsonl --length 100
    """
    raise NotImplementedError
