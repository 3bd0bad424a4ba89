"""Tables that a task has written, on the command line: for people in columns, in the document as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.figure_rows import FOLDER, METHODS, TABLE, Column, document, read_rows, shown
from workbench.cli.terminal import Terminal

KNOWN: tuple[Sequence[Column], ...] = (METHODS, FOLDER)


def tell_tables(terminal: Terminal, saved: Mapping[Path, str]) -> dict[str, Any]:
    """Write the tables among the saved files on standard output; gives what the document holds of them.

    saved: the kind of each file of a run. Tables of other columns are files alone.
    """
    tables = dict[str, Any]()
    for file in (file for file, kind in saved.items() if kind == TABLE):
        rows = read_rows(file)
        columns = next((known for known in KNOWN if rows and [*rows[0]] == [column.name for column in known]), None)
        if columns is not None:
            told = [column for column in columns if column.told]
            terminal.table(file.stem.capitalize(), [column.title for column in told],
                           [shown(told, row) for row in rows])
            tables[file.stem] = document(file)
    return {"tables": tables} if tables else {}
