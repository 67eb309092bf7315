"""Reads and writes the files that a user names: never changes an input, never overwrites anything.

An output appears whole under its name or not at all, whatever is interrupted and whenever. Used by
every command that works on files alone.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from finetune.errors import InputError

LONGEST_LINE = 50_000_000  # bytes; a training row is at most a few megabytes
CHUNK = 1 << 20


def lines(path: Path, longest: int = LONGEST_LINE) -> Iterator[tuple[int, bytes | None]]:
    """(line number from 1, the line without its end), in constant memory; None: over `longest`.

    Raises InputError when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(longest + 2):
                number += 1
                content = line.rstrip(b"\r\n")
                if len(content) <= longest:
                    yield number, content
                    continue
                if not line.endswith(b"\n"):
                    _skip_line(file)
                yield number, None
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> InputError:
    """One line about a file that cannot be read."""
    return InputError(f"cannot read {path}: {error.strerror or error}")


def refuse_existing(paths: Sequence[Path]) -> None:
    """Raises InputError before any work is done for an output that is already there."""
    for path in paths:
        if path.exists():
            raise InputError(f"{path} exists and is never overwritten; choose another name with -o")


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A new file, seen under its name only when the block ends well. Raises InputError."""
    with written_together([path]) as (file,):
        yield file


@contextmanager
def written_together(paths: Sequence[Path]) -> Iterator[list[IO[bytes]]]:
    """New files that appear when the block ends well: all of them or none. Raises InputError."""
    refuse_existing(paths)
    opened: list[IO[bytes]] = []
    published: list[Path] = []
    try:
        try:
            for path in paths:
                path.parent.mkdir(parents=True, exist_ok=True)
                opened.append(
                    tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below, all of them
                        dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
                    )
                )
        except OSError as error:
            raise _unwritable(path, error) from None
        yield opened
        for file, path in zip(opened, paths, strict=True):
            _publish(file, path)
            published.append(path)
    except BaseException:
        for path in published:
            path.unlink(missing_ok=True)
        raise
    finally:
        for file in opened:
            file.close()
            Path(file.name).unlink(missing_ok=True)


def _publish(file: IO[bytes], path: Path) -> None:
    try:
        file.flush()
        os.fsync(file.fileno())
        Path(file.name).chmod(0o666 & ~_umask())
        try:
            path.hardlink_to(file.name)  # unlike a rename, never replaces what is there
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if path.exists():
                raise FileExistsError(17, "it exists already") from None
            Path(file.name).rename(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"cannot write {path}: {error.strerror or error}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _skip_line(file: IO[bytes]) -> None:
    while rest := file.readline(CHUNK):
        if rest.endswith(b"\n"):
            return
