"""Shared files → what a model reads: text of code, tables, workbooks and PDF, pictures as they are.

Takes bytes and a name from `slack/reading.py`; knows no Slack. What a file is, its bytes say; the
name only decides between kinds of text. Everything is bounded: bytes (`kinds.py`), tokens
(`cutting.py`), and for formats with a parser seconds and memory of a process of their own
(`parsing.py`), so that a hostile file ends that process and not the worker.
"""

from bot.documents.cutting import allot, cut
from bot.documents.document import Document, Excerpt, Why
from bot.documents.kinds import Kind, announced, image_announced, most_bytes
from bot.documents.reading import Documents

__all__ = [
    "Document",
    "Documents",
    "Excerpt",
    "Kind",
    "Why",
    "allot",
    "announced",
    "cut",
    "image_announced",
    "most_bytes",
]
