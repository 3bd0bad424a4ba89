"""The database's tables, and how older ones become the present ones."""

from __future__ import annotations

import sqlite3

from engines.errors import LibraryLocked

FIRST = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    task TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    finished REAL,
    recipe TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '{}',
    metrics TEXT NOT NULL DEFAULT '{}',
    model TEXT NOT NULL DEFAULT '',
    seed INTEGER,
    thumbnail BLOB,
    starred INTEGER NOT NULL DEFAULT 0,
    trashed REAL,
    parent TEXT,
    branch_step INTEGER,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX runs_by_time ON runs (trashed, created);
CREATE INDEX runs_by_parent ON runs (parent);
CREATE TABLE files (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (run, path)
);
"""
# one row an option or metric, so that “steps>50” needs no JSON functions of SQLite
SECOND = """
CREATE TABLE facts (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    number REAL,
    PRIMARY KEY (run, name)
);
CREATE INDEX facts_by_name ON facts (name, number);
ALTER TABLE runs ADD COLUMN seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN error TEXT NOT NULL DEFAULT '';
"""
# continues: the run that a training takes up
THIRD = """
ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN continues TEXT NOT NULL DEFAULT '';
"""
MIGRATIONS = (FIRST, SECOND, THIRD)
VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the present version, one transaction a step; a newer one raises LibraryLocked."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise LibraryLocked(f"The library is of version {version} and this program knows {VERSION}; "
                            "update the program to open it.")
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        # the version goes into the same transaction: a crash leaves either the old or the new tables
        connection.executescript(f"BEGIN;{script}PRAGMA user_version = {number};COMMIT;")
