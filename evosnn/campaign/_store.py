"""The store of a campaign: one SQLite file with every network, measurement and generation.

Whole generations are committed, some at a time where they follow each other fast, so that a
campaign can be killed at any instant: what was committed is there, and what was not is done again
in the same way.

Tables:

- ``meta``: format version, the campaign's spec, digests of its data and its chip, how it makes
  networks, its reason to have stopped, whose spikes its records count, and what the present
  population is expected to score on unseen samples.
- ``networks``: every network ever measured, who its parents were and which operators made it.
- ``measurements``: every record of a network, by generation.
- ``generations``: statistics and random state after each generation.
- ``population``: the present population, in the engine's order.
- ``final``: figures on held-out samples and fresh chips.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from evosnn.errors import NetworkError, StoreError

if TYPE_CHECKING:
    from evosnn.evaluation import Measurement
    from evosnn.evolution import Candidate
    from evosnn.network import Network

__all__ = ["DATABASE", "SPEC", "Lineage", "Store"]

DATABASE = "campaign.sqlite"
LOCK = "running.lock"
SPEC = "spec.json"
_FORMAT = "1"
_SECONDS = 0.1  # from one commit to the next: one costs as much as some generations of few chips
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS networks (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, born INTEGER NOT NULL,
    parents TEXT NOT NULL, operators TEXT NOT NULL, data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS measurements (
    network INTEGER NOT NULL, generation INTEGER NOT NULL, nominal REAL NOT NULL,
    perturbed BLOB NOT NULL, spikes REAL NOT NULL, deliveries REAL NOT NULL,
    PRIMARY KEY (network, generation)
);
CREATE TABLE IF NOT EXISTS generations (
    number INTEGER PRIMARY KEY, statistics TEXT NOT NULL, random_state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS population (place INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS final (
    place INTEGER PRIMARY KEY, key TEXT NOT NULL, figures TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Lineage:
    """Where a network came from.

    Attributes:
        key: The network's key.
        born: Generation in which it was first measured.
        parents: Keys of the networks it was made from.
        operators: The operators that made it, in order.
    """

    key: str
    born: int
    parents: tuple[str, ...]
    operators: tuple[str, ...]


class Store:
    """An open campaign folder.

    Args:
        folder: The folder.
        create: Whether to make the folder and the file if there are none.

    Raises:
        StoreError: If there is no campaign, or its file cannot be read.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        self._writer = ThreadPoolExecutor(1)
        self._commit: Future[Any] | None = None
        self._due = 0.0  # when to commit again, by the monotonic clock
        path = folder / DATABASE
        if folder.exists() and not folder.is_dir():
            raise StoreError(f"'{folder}' is a file; a campaign is a folder")
        if not create and not path.exists():
            raise StoreError(
                f"'{folder}' holds no campaign; 'evosnn run SPEC.toml --out {folder}' makes one"
            )
        copy = None
        try:
            if path.exists() and not path.stat().st_size:
                raise StoreError(f"'{path}' is empty; restore it from a copy, or remove the folder")
            if create:
                folder.mkdir(parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK):
                    raise StoreError(
                        f"'{folder}' cannot be written to; choose a folder that can with --out, "
                        "and copy there what is to go on"
                    )
            if not create and _lacks_its_index(path):
                copy = _copied(path)
            self._db = sqlite3.connect(
                _address(path, create) if copy is None else _address(Path(copy.name) / DATABASE),
                isolation_level=None,
                timeout=10,
                check_same_thread=False,
                uri=True,
            )
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise StoreError(f"'{path}' cannot be opened: {reason}") from None
        # Closes the store if the caller does not.
        self._shut = weakref.finalize(self, _shut, self._writer, self._db, copy)
        with self._readable():
            if create:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
                self._db.executescript(_SCHEMA)
                if self.meta("format") is None:  # else another process may be writing
                    self.set_meta("format", _FORMAT)
            found = self.meta("format")
            if found != _FORMAT:
                raise StoreError(
                    f"'{path}' has format {found}; this version reads format {_FORMAT}"
                )

    def close(self) -> None:
        """Commit what was recorded, and close the file."""
        self.flush()
        with self._readable():
            self._shut()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Keep the campaign for one run: no other process may run it meanwhile.

        The claim ends with the process, however it ends.

        Raises:
            StoreError: If another process runs the campaign.
        """
        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise StoreError(
                f"another evosnn runs the campaign in '{self.folder}'; wait for it, or stop it"
            ) from None
        try:
            yield
        finally:
            self.flush()
            lock.release()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            self._settle()
            yield
        except (sqlite3.Error, json.JSONDecodeError, NetworkError, TypeError) as error:
            # The low byte of SQLite's extended codes is the kind of error.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
                raise StoreError(
                    f"'{self.folder}' cannot be written to; copy the folder to where it can"
                ) from None
            raise StoreError(
                f"'{self.folder / DATABASE}' is damaged or in use ({error}); restore it from a "
                "copy, or start again in another folder"
            ) from None

    def _settle(self) -> None:
        """Wait until the last generation is committed; nothing reads or writes before."""
        commit, self._commit = self._commit, None
        if commit is not None:
            try:
                commit.result()
            except BaseException:
                wait([commit])  # an interruption ends the waiting, not the commit
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def meta(self, key: str) -> str | None:
        """Return a remark about the campaign, if there is one."""
        with self._readable():
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Remark something about the campaign."""
        self.flush()
        with self._readable():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def record_generation(
        self,
        number: int,
        new: Sequence[tuple[Candidate, Measurement]],
        again: Sequence[tuple[str, Measurement]],
        population: Sequence[str],
        statistics: dict[str, Any],
        random_state: dict[str, Any],
    ) -> None:
        """Add a generation, whole or not at all, and commit it if the last commit is a while ago.

        The commit itself goes on while the caller does: whatever is asked of the store next
        waits for it. A process killed before then has not begun the generations since the last.

        Args:
            number: The generation.
            new: Networks measured for the first time, with their records.
            again: Keys of networks measured again, with what was added to their records.
            population: Keys of the next population, in order.
            statistics: The generation's statistics.
            random_state: State of the generator that the next generation goes on from.
        """
        import numpy as np

        networks = [
            (
                c.network.key,
                number,
                " ".join(c.parents),
                " ".join(c.operators),
                c.network.to_bytes(),
            )
            for c, _ in new
        ]
        records = [(c.network.key, m) for c, m in new] + list(again)
        rows = [
            (
                key,
                number,
                m.nominal,
                np.asarray(m.perturbed, "<f8").tobytes(),
                m.spikes,
                m.deliveries,
            )
            for key, m in records
        ]
        db = self._db
        with self._readable():
            try:
                if not db.in_transaction:
                    db.execute("BEGIN IMMEDIATE")
                db.executemany(
                    "INSERT OR IGNORE INTO networks VALUES (NULL, ?, ?, ?, ?, ?)", networks
                )
                db.executemany(
                    "INSERT INTO measurements VALUES "
                    "((SELECT id FROM networks WHERE key = ?), ?, ?, ?, ?, ?)",
                    rows,
                )
                db.execute("DELETE FROM population")
                db.executemany("INSERT INTO population VALUES (?, ?)", enumerate(population))
                db.execute(
                    "INSERT INTO generations VALUES (?, ?, ?)",
                    (number, json.dumps(statistics), json.dumps(random_state)),
                )
                db.execute("DELETE FROM final")
                db.execute("DELETE FROM meta WHERE key = 'expected'")
            except BaseException:
                if db.in_transaction:  # the reason may be that none could begin
                    db.execute("ROLLBACK")
                raise
            if time.monotonic() >= self._due:
                self._due = time.monotonic() + _SECONDS
                self._commit = self._writer.submit(db.execute, "COMMIT")

    def flush(self) -> None:
        """Commit every generation that was recorded."""
        with self._readable():
            if self._db.in_transaction:
                self._db.execute("COMMIT")

    def last_generation(self) -> int:
        """Number of the last generation that was recorded; -1 if there is none."""
        with self._readable():
            row = self._db.execute("SELECT MAX(number) FROM generations").fetchone()
        return -1 if row[0] is None else int(row[0])

    def random_state(self) -> dict[str, Any]:
        """State of the generator after the last generation."""
        with self._readable():
            row = self._db.execute(
                "SELECT random_state FROM generations ORDER BY number DESC LIMIT 1"
            ).fetchone()
            state: dict[str, Any] = json.loads(row[0])
        return state

    def statistics(self) -> list[dict[str, Any]]:
        """Statistics of every generation, in order."""
        with self._readable():
            rows = self._db.execute("SELECT statistics FROM generations ORDER BY number").fetchall()
            return [json.loads(row[0]) for row in rows]

    def population(self) -> list[tuple[Network, Measurement]]:
        """The present population, each network with its pooled record."""
        with self._readable():
            rows = self._db.execute("SELECT key FROM population ORDER BY place").fetchall()
        return [(self.network(row[0]), self.record(row[0])) for row in rows]

    def network(self, key: str) -> Network:
        """The network with this key."""
        from evosnn.network import Network

        with self._readable():
            row = self._db.execute("SELECT data FROM networks WHERE key = ?", (key,)).fetchone()
            if row is None:
                raise StoreError(f"'{self.folder}' holds no network {key}")
            return Network.from_bytes(row[0], key)

    def record(self, key: str) -> Measurement:
        """All measurements of a network, pooled in the order they were made."""
        import numpy as np

        from evosnn.evaluation import Measurement, pool

        with self._readable():
            rows = self._db.execute(
                "SELECT nominal, perturbed, spikes, deliveries FROM measurements "
                "WHERE network = (SELECT id FROM networks WHERE key = ?) ORDER BY generation",
                (key,),
            ).fetchall()
            records = [Measurement(r[0], np.frombuffer(r[1], "<f8"), r[2], r[3]) for r in rows]
        if not records:
            raise StoreError(f"'{self.folder}' holds no measurement of network {key}")
        pooled = records[0]
        for record in records[1:]:
            pooled = pool(pooled, record)
        return pooled

    def known(self, keys: Sequence[str]) -> set[str]:
        """Those of ``keys`` that were measured before."""
        marks = ",".join("?" * len(keys))
        with self._readable():
            rows = self._db.execute(f"SELECT key FROM networks WHERE key IN ({marks})", keys)
            return {row[0] for row in rows}

    def keys_like(self, prefix: str) -> list[str]:
        """Keys of all networks that start with ``prefix``."""
        with self._readable():
            rows = self._db.execute(
                "SELECT key FROM networks WHERE substr(key, 1, ?) = ? LIMIT 10",
                (len(prefix), prefix),
            ).fetchall()
        return [row[0] for row in rows]

    def lineage(self, key: str) -> Lineage:
        """Where a network came from."""
        with self._readable():
            row = self._db.execute(
                "SELECT born, parents, operators FROM networks WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            raise StoreError(f"'{self.folder}' holds no network {key}")
        return Lineage(key, row[0], tuple(row[1].split()), tuple(row[2].split()))

    def has_made(self, operator: str) -> bool:
        """Whether an operator had a part in any network."""
        with self._readable():
            row = self._db.execute(
                "SELECT 1 FROM networks WHERE ' ' || operators || ' ' LIKE ? LIMIT 1",
                (f"% {operator} %",),
            ).fetchone()
        return row is not None

    def count(self) -> int:
        """Number of networks ever measured."""
        with self._readable():
            return int(self._db.execute("SELECT COUNT(*) FROM networks").fetchone()[0])

    def final(self) -> dict[str, dict[str, Any]]:
        """Final figures by network key, smallest network first; empty until a run ends."""
        with self._readable():
            rows = self._db.execute("SELECT key, figures FROM final ORDER BY place").fetchall()
            return {key: json.loads(figures) for key, figures in rows}

    def expected(self) -> dict[str, dict[str, float]]:
        """Expected scores of the present population by network key; empty until a run ends."""
        with self._readable():
            found: dict[str, dict[str, float]] = json.loads(self.meta("expected") or "{}")
        return found

    def record_final(
        self, figures: dict[str, dict[str, Any]], expected: dict[str, dict[str, float]]
    ) -> None:
        """Replace the final figures, and what the population is expected to score."""
        self.flush()
        with self._readable():
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM final")
            self._db.executemany(
                "INSERT INTO final VALUES (?, ?, ?)",
                [(i, key, json.dumps(value)) for i, (key, value) in enumerate(figures.items())],
            )
            self._db.execute(
                "INSERT OR REPLACE INTO meta VALUES ('expected', ?)", (json.dumps(expected),)
            )
            self._db.execute("COMMIT")


def _address(path: Path, create: bool = False) -> str:
    """How to open the file: one that nobody can write to as such, or SQLite would want to."""
    left = create or _journal(path) or os.access(path.parent, os.W_OK)
    return path.absolute().as_uri() + ("" if left else "?immutable=1")


def _journal(path: Path) -> list[Path]:
    """The file of commits that are not yet in the database, if there are any."""
    journal = path.with_name(f"{path.name}-wal")
    return [journal] if journal.exists() and journal.stat().st_size else []


def _lacks_its_index(path: Path) -> bool:
    """Whether the journal's index is gone, and SQLite cannot make it where it belongs."""
    index = path.with_name(f"{path.name}-shm")
    return bool(_journal(path)) and not index.exists() and not os.access(path.parent, os.W_OK)


def _copied(path: Path) -> TemporaryDirectory[str]:
    """A folder with a copy of the database and its journal, to read from."""
    folder = TemporaryDirectory()
    for file in (path, *_journal(path)):
        shutil.copyfile(file, Path(folder.name) / file.name)
    return folder


def _shut(writer: Executor, db: sqlite3.Connection, copy: TemporaryDirectory[str] | None) -> None:
    """Let the last commit end, close the file, and remove a copy."""
    writer.shutdown()
    db.close()
    if copy is not None:
        copy.cleanup()
