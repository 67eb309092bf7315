"""What is asked of the searchable copy, as SQL.

Words are looked for by one pass over all texts, which finds a word of any length within another, as
Japanese needs; the rows found are kept by the connection, so that everything that is told of one query
costs one pass. Tried against SQLite's index of trigrams: that does not find words of two letters, is
three times as large as the texts and keeps what was erased.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from finetune.adapters.search_index_facets import (
    ANY_FLAG,
    STATUSES,
    Packed,
    counted,
    grown,
    of_flag,
    of_source,
    of_status,
    sources,
)
from finetune.adapters.search_index_file import Connection
from finetune.dataset.example import Source
from finetune.dataset.search import Facets, Grown, Near, Overview, Page, Query

NEAR = 0.7  # of the letters of two questions, at least
CANDIDATES = 60  # questions compared letter by letter
BUCKET = 200  # of one number that questions share
LETTERS = 4_000  # compared of each question
FEW = 5_000  # rows whose authors are looked up one by one
_SPECIAL = re.compile(r"[%_\\]")  # of LIKE
Values = list[Any]


def find(connection: Connection, query: Query, offset: int, limit: int | None) -> Page:
    """The ids of one page, and how many there are on all."""
    narrowed = _choose(connection, query)
    total = connection.kept(("total", _key(query)), lambda: _total(connection, query))
    clauses, values = _status(query)
    beginning = "FROM examples e"
    if narrowed and _few(connection.sql, total, offset, limit):
        beginning = "FROM temp.chosen CROSS JOIN examples e USING (row)"
    elif narrowed:
        beginning += " INDEXED BY by_time"
        clauses.append("e.row IN (SELECT row FROM temp.chosen)")
    way = "DESC" if query.order == "newest" else "ASC"
    ids = connection.sql.execute(
        f"SELECT e.example_id {beginning} {_all(clauses)}"
        f" ORDER BY e.at {way}, e.row {way} LIMIT ? OFFSET ?",
        [*values, -1 if limit is None else limit, offset],
    )
    return Page([str(example_id) for (example_id,) in ids], total, offset)


def counts(connection: Connection, query: Query) -> Facets:
    """By everything that one can choose by."""
    return connection.kept(("counts", _key(query)), lambda: _counts(connection, query))


def overview(connection: Connection, query: Query, offset: int, limit: int) -> Overview:
    """One pass over the rows of a query, whatever their status, tells all but the page."""

    def asked() -> tuple[Facets, dict[Source, int], list[Grown]]:
        facets = _facets(connection, query)
        everything = _counted(connection, replace(query, status=None), facets)
        these = of_status(facets, query.status)
        return everything, sources(these), grown(these)

    page = find(connection, query, offset, limit)
    return Overview(page, *connection.kept(("overview", _key(query)), asked))


def _counts(connection: Connection, query: Query) -> Facets:
    facets = of_status(_facets(connection, query), query.status)
    return _counted(connection, query, facets)


def _counted(connection: Connection, query: Query, facets: Packed) -> Facets:
    channels = dict(connection.sql.execute("SELECT channel, name FROM channels"))
    return counted(facets, _authors(connection, query, len(facets)), channels)


def _authors(connection: Connection, query: Query, total: int) -> dict[str, int]:
    narrowed = _choose(connection, query)
    clauses, values = _status(query)
    beginning = "authors a"
    if narrowed and total < FEW:
        beginning = "temp.chosen CROSS JOIN authors a USING (row)"
    elif narrowed:
        clauses.append("a.row IN (SELECT row FROM temp.chosen)")
    if query.status is not None:
        beginning += " CROSS JOIN examples e ON e.row = a.row"
    return dict(
        connection.sql.execute(
            f"SELECT a.author, count(*) FROM {beginning} {_all(clauses)}"  # noqa: S608
            " GROUP BY 1 ORDER BY 2 DESC, 1",
            values,
        )
    )


def _facets(connection: Connection, query: Query) -> Packed:
    """Of the query's rows, whatever their status."""
    rows = "examples INDEXED BY by_facet"
    if _choose(connection, query):
        rows = "temp.chosen CROSS JOIN examples USING (row)"
    # one long word of them all is read faster than as many rows
    [found] = connection.sql.execute(f"SELECT group_concat(facet) FROM {rows}").fetchone()  # noqa: S608
    return np.fromstring(found, dtype=np.int64, sep=",") if found else np.zeros(0, np.int64)


def _total(connection: Connection, query: Query) -> int:
    clauses, values = _status(query)
    rows = "examples e"
    if _choose(connection, query):
        rows = "temp.chosen"
        rows += " CROSS JOIN examples e USING (row)" if clauses else ""
    statement = f"SELECT count(*) FROM {rows} {_all(clauses)}"  # noqa: S608
    return int(connection.sql.execute(statement, values).fetchone()[0])


def _few(sql: sqlite3.Connection, total: int, offset: int, limit: int | None) -> bool:
    """Whether it is quicker to sort them than to go through all by time until there are enough."""
    [last] = sql.execute("SELECT max(row) FROM examples").fetchone()
    return limit is None or total * total < (last or 0) * (offset + limit)


def near(connection: Connection, example_id: str, limit: int) -> list[Near]:
    """Of those that share a number of the sketch, or all words of the question."""
    sql = connection.sql
    mine = sql.execute(
        "SELECT e.row, question_key, keys, question FROM examples e JOIN questions USING (row)"
        " WHERE example_id=?",
        (example_id,),
    ).fetchone()
    if mine is None:
        return []
    row, key, blob, question = mine
    met = Counter[int]()
    for number in set(np.frombuffer(blob, dtype=np.int64).tolist()):
        met.update(_rows(sql, "SELECT row FROM sketches WHERE key=? LIMIT ?", number))
    same = _rows(sql, "SELECT row FROM questions WHERE question_key=? LIMIT ?", key)
    candidates = dict.fromkeys(
        [*same[:CANDIDATES], *(other for other, _ in met.most_common(CANDIDATES))]
    )
    candidates.pop(row, None)
    found = [_compared(sql, other, question) for other in candidates]
    return sorted((n for n in found if n.ratio >= NEAR), key=lambda n: (-n.ratio, n.example_id))[
        :limit
    ]


def _compared(sql: sqlite3.Connection, row: int, question: str) -> Near:
    example_id, other = sql.execute(
        "SELECT example_id, question FROM examples JOIN questions USING (row) WHERE row=?", (row,)
    ).fetchone()
    one, two = question[:LETTERS], str(other)[:LETTERS]
    return Near(str(example_id), Levenshtein.normalized_similarity(one, two, score_cutoff=NEAR))


def _rows(sql: sqlite3.Connection, statement: str, value: int | str) -> list[int]:
    return [int(row) for (row,) in sql.execute(statement, (value, BUCKET))]


def _choose(connection: Connection, query: Query) -> bool:
    """Fill the table `chosen` with the query's rows, whatever their status; False: all there are."""
    clauses, values = _where(query)
    if not clauses and not query.words:
        return False
    rows = "SELECT e.row FROM examples e"
    if query.words:
        rows += " CROSS JOIN texts t ON t.row = e.row"
        if not clauses:
            rows = "SELECT t.row FROM texts t"
        clauses += ["t.text LIKE ? ESCAPE '\\'"] * len(query.words)
        values += ["%" + _SPECIAL.sub(r"\\\g<0>", word) + "%" for word in query.words]
    key = replace(_key(query), status=None)
    connection.choose(key, f"{rows} {_all(clauses)}", values)
    return True


def _where(query: Query) -> tuple[list[str], Values]:
    """What narrows it, but for words and status."""
    asked = [
        ("e.channel = (SELECT channel FROM channels WHERE name = ?)", query.channel or None),
        ("e.at >= ?", query.since),
        ("e.at < ?", query.until),
        ("e.row IN (SELECT row FROM authors WHERE author = ?)", query.author or None),
    ]
    some = [(clause, value) for clause, value in asked if value is not None]
    clauses, values = [clause for clause, _ in some], [value for _, value in some]
    bits = [of_source(query.source)] if query.source is not None else []
    bits += [of_flag(query.flag)] if query.flag is not None else []
    for each in bits:
        clauses.append("e.facet & ? = ?")
        values += each
    if query.flagged:
        clauses.append("e.facet & ? <> 0")
        values.append(ANY_FLAG)
    return clauses, values


def _status(query: Query) -> tuple[list[str], Values]:
    if query.status is None:
        return [], []
    return ["e.facet & 3 = ?"], [STATUSES.index(query.status)]


def _all(clauses: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(clauses)}" if clauses else ""


def _key(query: Query) -> Query:
    """What finds the same has the same."""
    return replace(query, order="newest")
