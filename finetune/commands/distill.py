"""`finetune distill`: a teacher model writes training examples under a constraint."""


def distill() -> None:
    """Let a teacher write examples, improve each until it holds, and keep only those that do.

    Example: finetune distill --inputs articles --system three-lines.txt --teacher gpt-4.1 --length 100
    """
    raise NotImplementedError
