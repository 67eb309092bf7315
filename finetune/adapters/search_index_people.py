"""Who taught what and who decided, as SQL over the opinions in the searchable copy."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import TypeVar

from finetune.adapters.search_index_facets import STATUSES
from finetune.adapters.search_index_file import Connection
from finetune.dataset.agreement import Agreement, Decider, People, Teacher, agreements
from finetune.dataset.example import Status

What = TypeVar("What")
MOST = 30  # curators who are compared with each other, those with most decisions first


def people(connection: Connection, live: Collection[tuple[str, str]]) -> People:
    """`live`: (example id, content key) of what the snapshots of promoted runs hold."""
    teachers = _teachers(connection, live)
    deciders, waited = connection.kept("deciders", lambda: _deciders(connection))
    compared = connection.kept(
        "agreements", lambda: _agreements(connection, [each.person for each in deciders[:MOST]])
    )
    return People(teachers, deciders, compared, waited)


def _teachers(connection: Connection, live: Collection[tuple[str, str]]) -> list[Teacher]:
    status, said, last = connection.kept("teachers", lambda: _counted(connection))
    went_live = _live(connection, live)
    found = [
        Teacher(
            person,
            corrections=said[person]["correction"],
            ups=said[person]["up"],
            approved=status[person][STATUSES.index(Status.APPROVED)],
            rejected=status[person][STATUSES.index(Status.REJECTED)],
            waiting=status[person][STATUSES.index(Status.PENDING)],
            live=went_live[person],
            last_active=last.get(person, 0.0),
        )
        for person in status
    ]
    return sorted(found, key=lambda each: (-each.corrections, -each.ups, each.person))


def _counted(
    connection: Connection,
) -> tuple[dict[str, Counter[int]], dict[str, Counter[str]], dict[str, float]]:
    sql = connection.sql
    status = _by_person(
        sql.execute(
            "SELECT a.author, e.facet & 3, count(*) FROM authors a JOIN examples e ON e.row = a.row"
            " GROUP BY 1, 2"
        )
    )
    said = _by_person(
        sql.execute(
            "SELECT person, kind, count(DISTINCT row) FROM opinions"
            " WHERE yes AND kind IN ('up', 'correction') GROUP BY 1, 2"
        )
    )
    last = dict(sql.execute("SELECT person, max(at) FROM opinions GROUP BY 1"))
    return status, said, last


def _by_person(rows: Iterable[tuple[str, What, int]]) -> dict[str, Counter[What]]:
    found: dict[str, Counter[What]] = defaultdict(Counter)
    for person, what, count in rows:
        found[person][what] = count
    return found


def _live(connection: Connection, live: Collection[tuple[str, str]]) -> Counter[str]:
    if not live:
        return Counter()
    rows = connection.kept(
        "taught",
        lambda: connection.sql.execute(
            "SELECT DISTINCT o.person, e.example_id, o.about FROM opinions o"
            " JOIN examples e ON e.row = o.row"
            " WHERE o.kind = 'correction' AND o.yes AND e.facet & 3 = ?",
            (STATUSES.index(Status.APPROVED),),
        ).fetchall(),
    )
    return Counter(person for person, example_id, about in rows if (example_id, about) in live)


def _deciders(connection: Connection) -> tuple[list[Decider], float | None]:
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    waited: dict[str, list[float]] = defaultdict(list)
    rows = connection.sql.execute(
        "SELECT person, kind, waited FROM opinions WHERE waited IS NOT NULL"
    )
    for person, kind, seconds in rows:
        kinds[person][kind] += 1
        waited[person].append(seconds)
    found = [
        Decider(
            person,
            approved=counts["approved"],
            rejected=counts["rejected"],
            edited=counts["edited"],
            waited=statistics.median(waited[person]),
        )
        for person, counts in kinds.items()
    ]
    everything = [seconds for each in waited.values() for seconds in each]
    return (
        sorted(found, key=lambda each: (-each.total, each.person)),
        statistics.median(everything) if everything else None,
    )


def _agreements(connection: Connection, curators: list[str]) -> list[Agreement]:
    marks = ",".join("?" * len(curators))
    rows = connection.sql.execute(
        f"SELECT about, person, yes FROM opinions WHERE person IN ({marks}) AND about IN"  # noqa: S608
        f" (SELECT about FROM opinions WHERE person IN ({marks})"
        " GROUP BY about HAVING count(DISTINCT person) > 1) ORDER BY at",
        [*curators, *curators],
    )
    return agreements((about, person, bool(yes)) for about, person, yes in rows)
