"""The tables of a run beside those of the engine: runs, living workers, what each file turned out to be, what became of units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from assistant.batch.database import Place, open_engine, patiently
from assistant.batch.readings import Reading

if TYPE_CHECKING:
    from assistant.batch.records import UnitRecord

META = sa.MetaData()
RUNS = sa.Table(
    "batch_runs",
    META,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("writer", sa.String(16), nullable=False, default="offline"),
)
WORKERS = sa.Table(
    "batch_workers",
    META,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("run", sa.String(32), nullable=False),
    sa.Column("beat", sa.BigInteger, nullable=False),
)
READINGS = sa.Table(
    "batch_readings",
    META,
    sa.Column("run", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("reading", sa.Text, nullable=False),
)
OUTCOMES = sa.Table(
    "batch_outcomes",
    META,
    sa.Column("run", sa.String(32), primary_key=True),
    sa.Column("unit", sa.String(32), primary_key=True),
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("cached", sa.Integer, nullable=False),
    sa.Column("tokens", sa.BigInteger, nullable=False),
)
GATE = sa.Table(
    "batch_gate",
    META,
    sa.Column("run", sa.String(32), primary_key=True),
    sa.Column("requests", sa.BigInteger, nullable=False, default=0),
    sa.Column("tokens", sa.BigInteger, nullable=False, default=0),
    sa.Column("next_request", sa.Float, nullable=False, default=0.0),
    sa.Column("next_token", sa.Float, nullable=False, default=0.0),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("pauses", sa.Integer, nullable=False, default=0),
    sa.Column("pause", sa.Float, nullable=False, default=0.0),
    sa.Column("waited", sa.Float, nullable=False, default=0.0),
    sa.Column("closed", sa.Text, nullable=False, default=""),
)
PERMITS = sa.Table(
    "batch_permits",
    META,
    sa.Column("run", sa.String(32), primary_key=True),
    sa.Column("worker", sa.String(120), primary_key=True),
    sa.Column("held", sa.Integer, nullable=False, default=0),
    sa.Column("waiting", sa.Integer, nullable=False, default=0),
)
FAULTS = sa.Table(
    "batch_faults",
    META,
    sa.Column("run", sa.String(32), primary_key=True),
    sa.Column("told", sa.Text, nullable=False),
)
ANSWERS = sa.Table(
    "batch_answers",
    META,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("row", sa.Text, nullable=False),
)


@dataclass(frozen=True)
class Tally:
    """Sums over the units of a run as they stand."""

    done: int = 0
    failed: int = 0
    waiting: int = 0
    calls: int = 0
    cached: int = 0
    tokens: int = 0


class Store:
    """The tables. Shared between threads; a database that is away is waited for."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.engine = open_engine(place)
        self.insert: Any = _insert_of(self.engine.dialect.name)

    def prepare(self) -> None:
        """Make the tables that do not exist yet."""

        def make() -> None:
            with self.engine.begin() as link:
                if self.place.shared:
                    # Two processes that make one table at the same moment would meet; the number only tells them apart from others.
                    link.execute(sa.text("SELECT pg_advisory_xact_lock(7205759403)"))
                META.create_all(link)

        patiently(make, patience=30.0)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def set_state(self, run: str, state: str, writer: str = "") -> None:
        """Write down a run's state."""
        values = {"id": run, "state": state, "writer": writer or "offline"}
        changed = {"state": state, **({"writer": writer} if writer else {})}
        self._do(self.insert(RUNS).values(values).on_conflict_do_update(index_elements=["id"], set_=changed))

    def state(self, run: str) -> str:
        """A run's state, empty if it is not known."""
        return str(self._one(sa.select(RUNS.c.state).where(RUNS.c.id == run)) or "")

    def set_fault(self, run: str, told: str) -> None:
        """Write down what is wrong with the set-up; empty when a run is started anew."""
        made = self.insert(FAULTS).values(run=run, told=told)
        self._do(made.on_conflict_do_update(index_elements=["run"], set_={"told": told}))

    def fault(self, run: str) -> str:
        """What a worker found wrong with the set-up, empty while nothing was."""
        return str(self._one(sa.select(FAULTS.c.told).where(FAULTS.c.run == run)) or "")

    def running(self) -> tuple[str, ...]:
        """Ids of the runs under way."""
        return tuple(row[0] for row in self._all(sa.select(RUNS.c.id).where(RUNS.c.state == "running")))

    def beat(self, worker: str, run: str, number: int) -> None:
        """Say that a worker lives."""
        made = self.insert(WORKERS).values(id=worker, run=run, beat=number)
        self._do(made.on_conflict_do_update(index_elements=["id"], set_={"beat": number, "run": run}))

    def beats(self) -> dict[str, int]:
        """The last sign of life of each worker."""
        return {row[0]: int(row[1]) for row in self._all(sa.select(WORKERS.c.id, WORKERS.c.beat))}

    def bury(self, worker: str) -> None:
        """Forget a worker and let go of the calls it was allowed."""

        def bury() -> None:
            with self.engine.begin() as link:
                link.execute(sa.delete(WORKERS).where(WORKERS.c.id == worker))
                link.execute(sa.delete(PERMITS).where(PERMITS.c.worker == worker))

        patiently(bury)

    def keep_readings(self, run: str, readings: Iterable[Reading]) -> None:
        """Write down what files turned out to be."""
        rows = [{"run": run, "key": each.key, "reading": each.model_dump_json(exclude_defaults=True)} for each in readings]
        if rows:
            made = self.insert(READINGS).values(rows)
            self._do(made.on_conflict_do_update(index_elements=["run", "key"], set_={"reading": made.excluded.reading}))

    def read_keys(self, run: str) -> set[str]:
        """Keys of the files that were read."""
        return {row[0] for row in self._all(sa.select(READINGS.c.key).where(READINGS.c.run == run))}

    def number_read(self, run: str) -> int:
        """How many files were read."""
        return int(self._one(sa.select(sa.func.count()).where(READINGS.c.run == run)) or 0)

    def readings(self, run: str) -> dict[str, Reading]:
        """What files turned out to be, by key."""
        rows = self._all(sa.select(READINGS.c.key, READINGS.c.reading).where(READINGS.c.run == run))
        return {row[0]: Reading.model_validate_json(row[1]) for row in rows}

    def forget_readings(self, run: str, keys: Iterable[str]) -> None:
        """Drop what is known of files that are gone."""
        gone = list(keys)
        for at in range(0, len(gone), 500):
            self._do(sa.delete(READINGS).where(READINGS.c.run == run, READINGS.c.key.in_(gone[at : at + 500])))

    def finish(self, run: str, unit: UnitRecord) -> None:
        """Write down what became of a unit; ``times`` counts how often it was brought to an end with this fingerprint."""
        account = unit.account
        values = {
            "run": run,
            "unit": unit.key,
            "fingerprint": unit.fingerprint,
            "state": unit.state,
            "times": 1,
            "calls": account.calls,
            "cached": account.cached,
            "tokens": account.input_tokens + account.output_tokens,
        }
        made = self.insert(OUTCOMES).values(values)
        changed = {
            "state": made.excluded.state,
            "times": OUTCOMES.c.times + 1,
            "calls": OUTCOMES.c.calls + made.excluded.calls,
            "cached": OUTCOMES.c.cached + made.excluded.cached,
            "tokens": OUTCOMES.c.tokens + made.excluded.tokens,
        }
        self._do(made.on_conflict_do_update(index_elements=["run", "unit", "fingerprint"], set_=changed))

    def expect(self, run: str, units: Iterable[tuple[str, str]]) -> None:
        """Await these units (key, fingerprint) and no others; how often each was brought to an end stays counted."""
        wanted = set(units)
        known = self.outcomes(run)
        stale = [unit for unit in known if unit not in wanted and known[unit][0] == "waiting"]

        def write() -> None:
            with self.engine.begin() as link:
                for key, fingerprint in stale:
                    which = (OUTCOMES.c.run == run, OUTCOMES.c.unit == key, OUTCOMES.c.fingerprint == fingerprint)
                    link.execute(sa.delete(OUTCOMES).where(*which))
                rows = [
                    {"run": run, "unit": key, "fingerprint": fingerprint, "state": "waiting", "times": 0}
                    | {"calls": 0, "cached": 0, "tokens": 0}
                    for key, fingerprint in sorted(wanted)
                ]
                made = self.insert(OUTCOMES)
                again = made.on_conflict_do_update(index_elements=["run", "unit", "fingerprint"], set_={"state": "waiting"})
                if rows:
                    link.execute(again, rows)

        patiently(write)

    def outcomes(self, run: str) -> dict[tuple[str, str], tuple[str, int]]:
        """State and times of each unit and fingerprint."""
        rows = self._all(sa.select(OUTCOMES).where(OUTCOMES.c.run == run))
        return {(row.unit, row.fingerprint): (row.state, row.times) for row in rows}

    def tally(self, run: str) -> Tally:
        """Sums over the units of a run."""
        states = (sa.func.sum(sa.case((OUTCOMES.c.state == state, 1), else_=0)) for state in ("done", "failed", "waiting"))
        sums = [sa.func.sum(column) for column in (OUTCOMES.c.calls, OUTCOMES.c.cached, OUTCOMES.c.tokens)]
        rows = self._all(sa.select(*states, *sums).where(OUTCOMES.c.run == run))
        return Tally(*(int(value or 0) for value in rows[0]))

    def _do(self, statement: Any) -> None:
        def act() -> None:
            with self.engine.begin() as link:
                link.execute(statement)

        patiently(act)

    def _all(self, statement: Any) -> list[Any]:
        def act() -> list[Any]:
            with self.engine.connect() as link:
                return list(link.execute(statement))

        return patiently(act)

    def _one(self, statement: Any) -> Any:
        rows = self._all(statement)
        return rows[0][0] if rows else None


def _insert_of(dialect: str) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return sqlite.insert if dialect == "sqlite" else postgresql.insert
