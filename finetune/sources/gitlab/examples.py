"""Makes a training row of a ticket and its merge requests. Pure: values in, a row or a reason out.

The user's text is the ticket and the code before; the assistant's is what kind of ticket it is, what
the fix does, and the code after. Metadata stands beside the messages.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from finetune.dataset.redact import redact
from finetune.sources.gitlab import identifiers
from finetune.sources.gitlab.diff import Sides, sides
from finetune.sources.gitlab.values import Merge, Taken, Ticket

MOST_CHARACTERS = 24_000  # of code on a side: about 8,000 tokens
NOTHING_MERGED = "no merged merge request"
NO_CHANGES = "no readable change of a text file"
TOO_LARGE = "its changes are too large"


Said = TypeVar("Said", Ticket, Merge)


class Shape(NamedTuple):
    """How rows are made; `most_characters` of code on a side, and of a description."""

    system: str | None = None
    with_code: bool = True
    most_characters: int = MOST_CHARACTERS


class _File(NamedTuple):
    old_path: str
    new_path: str
    sides: Sides


def taken(ticket: Ticket, merges: Sequence[Merge], shape: Shape) -> Taken:
    """The row of a ticket, or why it has none."""
    reason, files, changed = None, list[_File](), list[_File]()
    ticket, merges = _shortened(ticket, shape), [_shortened(merge, shape) for merge in merges]
    if not merges:
        reason = NOTHING_MERGED
    elif shape.with_code:
        changed = list(_files(merges))
        files = _fitting(changed, shape.most_characters)
        if not files:
            reason = TOO_LARGE if changed else NO_CHANGES
    if reason is None:
        user = _asked(ticket, files)
        clean = redact(user)
        answer = _answered(ticket, merges, files, clean)
        if too_large := [file.new_path for file in changed if file not in files]:
            answer += f"\n\nAlso changed: {', '.join(too_large)}"
        said = redact(answer)
        redacted = (clean, said) != (user, answer)
        row = _row(ticket, merges, shape, clean, said)
        return _taken(ticket).model_copy(update={"row": row, "redacted": redacted})
    return _taken(ticket).model_copy(update={"skipped": reason})


def _shortened(said: Said, shape: Shape) -> Said:
    """With a description no longer than the code may be."""
    if len(said.description) <= shape.most_characters:
        return said
    return said.model_copy(update={"description": said.description[: shape.most_characters] + "…"})


def _taken(ticket: Ticket) -> Taken:
    return Taken(iid=ticket.iid, updated_at=ticket.updated_at)


def _row(
    ticket: Ticket, merges: Sequence[Merge], shape: Shape, user: str, answer: str
) -> dict[str, object]:
    messages = [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]
    if shape.system:
        messages.insert(0, {"role": "system", "content": shape.system})
    metadata = {
        "ticket": ticket.iid,
        "title": redact(ticket.title),
        "web_url": ticket.web_url,
        "merge_requests": [merge.web_url for merge in merges],
    }
    return {"messages": messages, "metadata": metadata}


def _asked(ticket: Ticket, files: Sequence[_File]) -> str:
    parts = [ticket.title.strip(), ticket.description.strip()]
    if files:
        parts.append("Code before the fix:")
        parts += [_block(file.old_path, file.sides.before) for file in files if file.sides.before]
        new = [file.new_path for file in files if not file.sides.before]
        parts += [f"New files of the fix: {', '.join(new)}"] if new else []
    return "\n\n".join(part for part in parts if part)


def _answered(ticket: Ticket, merges: Sequence[Merge], files: Sequence[_File], prompt: str) -> str:
    about = [f"Ticket: {identifiers.prose(ticket.title, prompt)}"]
    if ticket.labels:
        about.append(f"Labels: {identifiers.prose(', '.join(ticket.labels), prompt)}")
    parts = ["\n".join(about)]
    for merge in merges:
        said = (identifiers.prose(text, prompt) for text in (merge.title, merge.description))
        parts += [f"{'Fix: ' * (not place)}{text}" for place, text in enumerate(said) if text]
    if files:
        parts.append("Code after the fix:")
        parts += [
            _block(file.new_path, identifiers.code(file.sides.after, prompt))
            if file.sides.after
            else f"{file.old_path}: removed"
            for file in files
        ]
    return "\n\n".join(parts)


def _files(merges: Sequence[Merge]) -> Iterator[_File]:
    for merge in merges:
        for change in merge.changes:
            found = sides(change.diff)
            if found.before.strip() or found.after.strip():
                yield _File(change.old_path, change.new_path, found)


def _fitting(files: Sequence[_File], most: int) -> list[_File]:
    """Whole files in their order, as long as neither side grows too long."""
    fitting: list[_File] = []
    before = after = 0
    for file in files:
        longer = before + len(file.sides.before), after + len(file.sides.after)
        if max(longer) <= most:
            fitting.append(file)
            before, after = longer
    return fitting


def _block(path: str, code: str) -> str:
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{path}:\n{fence}\n{code}\n{fence}"
