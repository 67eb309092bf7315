"""`finetune ask`: try a model from the shell."""


def ask() -> None:
    """Ask a model one question.

    Example: finetune ask --model ft:base:team::1 "How many days of leave do we get?"
    """
    raise NotImplementedError
