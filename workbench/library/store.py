"""The database connections: one that writes, one that reads, each used by one thread at a time."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from engines.errors import DiskFull, LibraryLocked, WorkbenchError
from workbench.home import VARIABLE, unwritable
from workbench.library.schema import migrate


class Store:
    """SQLite in write-ahead mode: readers never wait for the writer.

    Args:
        path: the database; None keeps everything in memory.

    Raises:
        LibraryLocked: it cannot be written, is damaged or comes from a newer program.
        DiskFull: there is no room for its tables.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._write_lock = threading.RLock()
        with self._translated():
            self._writer = self._connect()
            if path is not None:
                # readers see the last commit while a write goes on; also what survives `kill -9` without repair
                self._writer.execute("PRAGMA journal_mode = WAL")
                # `flush` checkpoints on the engine thread, so that no write of the window ever does
                self._writer.execute("PRAGMA wal_autocheckpoint = 0")
            migrate(self._writer)
            self._reader = self._writer if path is None else self._connect()
        # in memory there is one connection, and so one lock
        self._read_lock = self._write_lock if path is None else threading.RLock()

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Rows of a SELECT."""
        with self._read_lock, self._translated():
            return self._reader.execute(sql, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end, rolled back on any error."""
        with self._write_lock, self._translated():
            # the write lock at once: a transaction that began as a reader may be refused when it comes to write
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.rollback()
                raise
            self._writer.commit()

    def flush(self) -> None:
        """Force what was written onto the disk, so that it survives a power cut; for the engine thread."""
        if self.path is None:
            return
        with self._translated(), closing(self._connect()) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Close the connections; the write-ahead file is folded into the database."""
        with self._write_lock, self._read_lock:
            if self._reader is not self._writer:
                self._reader.close()
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        # the locks above, not sqlite3, see to it that one thread at a time uses a connection
        connection = sqlite3.connect(self.path or ":memory:", timeout=2, check_same_thread=False, isolation_level=None)
        connection.row_factory = sqlite3.Row
        # SQLite's own lower() knows the letters of English only
        connection.create_function("casefold", 1, str.casefold, deterministic=True)
        # safe against a crash of the program; `flush` adds what a power cut needs
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn SQLite's and the system's errors into the user's sentences."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._sentence(error) from error
        except OSError as error:
            raise unwritable(error, self.path or Path(".")) from error

    def _sentence(self, error: sqlite3.Error) -> WorkbenchError:
        where = self.path or Path(":memory:")
        code = getattr(error, "sqlite_errorname", "")
        if code.startswith("SQLITE_FULL"):
            return DiskFull(f"The disk that holds “{where}” is full; free some space and try again.")
        if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return LibraryLocked(f"The library “{where}” is damaged; move it away or set {VARIABLE} to another folder.")
        if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")):
            return unwritable(OSError(errno.EACCES, "read-only"), where)
        return LibraryLocked(f"The library “{where}” did not take the change ({error}); try again.")
