"""What the command line writes and where: results on standard output, all else on standard error."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.status import Status
from rich.table import Table

LINE_EVERY = 5.0  # seconds between two progress lines where there is no terminal


class Terminal:
    """The two streams of a command.

    Args:
        json: one JSON document on `out` instead of words.
        out, err: standard output and standard error.
    """

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool = False) -> None:
        self.out, self.err, self.as_json = out, err, as_json
        self._console = Console(file=err)
        self._bar: Progress | None = None
        self._row: TaskID | None = None
        self._waiting: Status | None = None
        self._last = 0.0

    def say(self, sentence: str) -> None:
        """A sentence about what goes on, on standard error."""
        if self._bar is not None:
            self._bar.console.print(sentence, markup=False, highlight=False)
        else:
            self._line(self.err, sentence)

    def status(self, sentence: str) -> None:
        """What goes on just now: on a terminal a line that gives way to the next, elsewhere a line."""
        if not self.err.isatty():
            self._line(self.err, sentence)
            return
        if self._waiting is None:
            self._waiting = self._console.status(sentence)
            self._waiting.start()
        self._waiting.update(escape(sentence))

    def progress(self, done: int, total: int, note: str = "") -> None:
        """How far it is: a bar on a terminal, now and then a line elsewhere."""
        if self.err.isatty():
            self._draw(done, total, note)
            return
        now = time.monotonic()
        if done >= total or now - self._last >= LINE_EVERY:
            self._last = now
            self._line(self.err, f"{done} of {total}{f', {note}' if note else ''}")

    def close(self) -> None:
        """Take the bar away; may be called twice."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._row = None

    def document(self, values: Mapping[str, Any], lines: Sequence[str] = ()) -> None:
        """The result: `values` as one JSON document, or the lines for people."""
        self.close()
        for line in [json.dumps(values, ensure_ascii=False, allow_nan=False)] if self.as_json else lines:
            self._line(self.out, line)

    def table(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table for people on standard output; nothing when JSON was asked for."""
        self.close()
        if self.as_json or not rows:
            return
        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*row)
        Console(file=self.out).print(table, "", markup=False)

    def _draw(self, done: int, total: int, note: str) -> None:
        if self._bar is None:
            self._bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                                 TimeRemainingColumn(), console=self._console, transient=True)
            self._row = self._bar.add_task(note, total=total)
            self._bar.start()
        if self._row is not None:
            self._bar.update(self._row, completed=done, total=total, description=note)

    @staticmethod
    def _line(stream: TextIO, text: str) -> None:
        stream.write(text + "\n")
        stream.flush()
