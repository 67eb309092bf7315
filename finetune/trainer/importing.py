"""Importing what is large, without looking for garbage in it again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = (700, 10, 10)  # Python's own; garbage that waits longer may keep a GPU's memory


@contextmanager
def importing() -> Iterator[None]:
    """What was imported here was no garbage: to look takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)
        gc.enable()
