"""Rows of the database as records, and records as rows."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engines.prior_name import prior_name
from workbench.library.records import NewRun, Run, RunFile, State
from workbench.library.search import facts, words_of

# the recipe and the thumbnail are large and asked for one by one
COLUMNS = ("id, title, task, state, created, finished, model, seed, starred, trashed, parent, branch_step, done, "
           "total, seconds, error, options, metrics, notes, "
           "(SELECT o.title FROM runs o WHERE o.id = runs.continues) AS origin")


def run_of(row: sqlite3.Row) -> Run:
    """A run from a row of COLUMNS."""
    return Run(row["id"], row["title"], row["task"], state_of(row["state"]), row["created"], row["finished"],
               row["model"], row["seed"], bool(row["starred"]), row["trashed"], row["parent"],
               row["branch_step"], row["done"], row["total"], row["seconds"], row["error"],
               table(row["options"]), table(row["metrics"]), row["notes"], row["origin"] or "")


def table(text: object) -> dict[str, Any]:
    """A stored table; empty where it is damaged, so that one bad row does not hide all runs."""
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def state_of(text: object) -> State:
    """A stored state; one that this program does not know is a failure to it."""
    try:
        return State(text)
    except ValueError:
        return State.FAILED


def file_of(row: sqlite3.Row) -> RunFile:
    """A file from a row of the files table."""
    return RunFile(row["run"], row["kind"], row["path"], row["sha256"], row["bytes"])


def insert(db: sqlite3.Connection, run: NewRun) -> None:
    """Add a waiting run with its facts."""
    seed = run.options.get("seed")
    db.execute(
        "INSERT INTO runs (id, title, task, state, created, recipe, options, model, seed, parent, branch_step, "
        "continues) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (run.id, run.title, run.task, State.WAITING, run.created or time.time(), run.recipe, json.dumps(run.options),
         prior_name(run.options), seed if isinstance(seed, int) else None, run.parent, run.branch_step,
         continued(run.options)))
    put_facts(db, run.id, run.options)
    reword(db, run.id)


def put_facts(db: sqlite3.Connection, run: str, values: Mapping[str, Any]) -> None:
    """Make options or metrics searchable by name."""
    db.executemany("INSERT OR REPLACE INTO facts (run, name, text, number) VALUES (?, ?, ?, ?)",
                   [(run, *fact) for fact in facts(values)])


def reword(db: sqlite3.Connection, run: str) -> None:
    """Renew what free words are looked for in, after a rename or new metrics; those that continue it name it too."""
    rows = db.execute(f"SELECT {COLUMNS} FROM runs WHERE id = ? OR continues = ?", (run, run)).fetchall()
    for found in map(run_of, rows):
        words = words_of(found.title, found.task, found.options, found.metrics)
        origin = f" continued from {found.origin.casefold()}" if found.origin else ""
        db.execute("UPDATE runs SET words = ? WHERE id = ?", (words + origin, found.id))


def continued(options: Mapping[str, Any]) -> str:
    """The run that a training takes up, by its folder or the state in it; "" for one that begins anew."""
    path = Path(str(options.get("resume") or ""))
    return path.parent.name if path.suffix else path.name


def index_unknown(db: sqlite3.Connection) -> None:
    """Make runs searchable that an older program stored without facts."""
    rows = db.execute("SELECT id, options, metrics FROM runs WHERE id NOT IN (SELECT run FROM facts)").fetchall()
    for row in rows:
        put_facts(db, row["id"], table(row["options"]))
        put_facts(db, row["id"], table(row["metrics"]))
        reword(db, row["id"])
    rows = db.execute("SELECT id, options FROM runs JOIN facts ON run = id WHERE name = 'resume' AND text != '' "
                      "AND continues = ''").fetchall()
    for row in rows:
        db.execute("UPDATE runs SET continues = ? WHERE id = ?", (continued(table(row["options"])), row["id"]))
        reword(db, row["id"])
