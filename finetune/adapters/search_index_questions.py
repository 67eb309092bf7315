"""What is asked of the searchable copy, as SQL.

Words are looked for by one pass over all texts, which finds a word of any length within another, as
Japanese needs; its hits are kept by the connection, so that page, counts and growth of one question
cost one pass. Tried against SQLite's index of trigrams: that does not find words of two letters, is
three times as large as the texts and keeps what was erased.
"""

import sqlite3
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from finetune.adapters.search_index_file import Connection
from finetune.dataset.example import Source, Status, Suspicion
from finetune.dataset.search import Facets, Grown, Near, Page, Query

NEAR = 0.7  # of the letters of two questions, at least
CANDIDATES = 60  # questions compared letter by letter
BUCKET = 200  # of one number that questions share
LETTERS = 4_000  # compared of each question
Values = list[Any]


def find(connection: Connection, query: Query, offset: int, limit: int | None) -> Page:
    """The ids of one page, and how many there are on all."""
    where, values = _where(connection, query)
    way = "DESC" if query.order == "newest" else "ASC"
    ids = connection.sql.execute(
        f"SELECT example_id FROM examples e {where} ORDER BY at {way}, row {way}"  # noqa: S608
        " LIMIT ? OFFSET ?",
        [*values, -1 if limit is None else limit, offset],
    )
    found = [str(example_id) for (example_id,) in ids]
    return Page(found, counts(connection, query).total, offset)


def counts(connection: Connection, query: Query) -> Facets:
    """By each column that one can choose by."""
    return connection.kept(
        ("counts", replace(query, order="newest")), lambda: _counts(connection, query)
    )


def _counts(connection: Connection, query: Query) -> Facets:
    where, values = _where(connection, query)

    def by(column: str, source: str = "examples e") -> dict[str, int]:
        statement = f"SELECT {column}, count(*) FROM {source} {where} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        return dict(connection.sql.execute(statement, values))

    status = {Status(name): number for name, number in by("e.status").items()}
    beside = "{0} o JOIN examples e ON e.row = o.row" if where else "{0} o"
    return Facets(
        total=sum(status.values()),
        status=status,
        source={Source(name): number for name, number in by("e.source").items()},
        author=by("o.author", beside.format("authors")),
        channel={name: number for name, number in by("e.channel").items() if name},
        flag={Suspicion(name): n for name, n in by("o.flag", beside.format("flags")).items()},
    )


def growth(connection: Connection, query: Query) -> list[Grown]:
    """By day and status."""

    def asked() -> list[Grown]:
        where, values = _where(connection, query)
        rows = connection.sql.execute(
            f"SELECT day, status, count(*) FROM examples e {where}"  # noqa: S608
            " GROUP BY day, status ORDER BY day, status",
            values,
        )
        return [Grown(day, Status(status), number) for day, status, number in rows]

    return connection.kept(("growth", replace(query, order="newest")), asked)


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
    same = _rows(sql, "SELECT row FROM examples WHERE question_key=? LIMIT ?", key)
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


def _where(connection: Connection, query: Query) -> tuple[str, Values]:
    """The clause, empty for everything, and its values. Makes the hits of the words."""
    asked = [
        ("e.status = ?", query.status),
        ("e.source = ?", query.source),
        ("e.channel = ?", query.channel or None),
        ("e.at >= ?", query.since),
        ("e.at < ?", query.until),
        ("e.row IN (SELECT row FROM authors WHERE author = ?)", query.author or None),
        ("e.row IN (SELECT row FROM flags WHERE flag = ?)", query.flag),
    ]
    some = [(clause, value) for clause, value in asked if value is not None]
    clauses, values = [clause for clause, _ in some], [value for _, value in some]
    if query.flagged:
        clauses.append("e.flagged = 1")
    if query.words:
        connection.look_for(query.words)
        clauses.append("e.row IN (SELECT row FROM temp.hits)")
    return (f"WHERE {' AND '.join(clauses)}" if clauses else ""), values
