"""What the command line writes and where: results on standard output, all else on standard error."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, TextIO, cast

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.status import Status
from rich.table import Table

from workbench.interrupt import Interrupt

LINE_EVERY = 5.0  # seconds between two progress lines where there is no terminal
SHOW_CURSOR = "\x1b[?25h"
LAST_WORDS = 1.0  # seconds that a reader who does not read may hold up the end
ENDLESS = 100_000  # characters in a line that is as long as it needs to be


class Terminal:
    """The two streams of a command.

    Args:
        as_json: one JSON document on `out` instead of words.
        out, err: standard output and standard error.

    `interrupt` tells whether Ctrl-C was pressed on it.
    """

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool = False) -> None:
        self.out, self.err, self.as_json = out, err, as_json
        self.interrupt = Interrupt()
        self._told = False
        self._console = Console(file=err)
        self._bar: Progress | None = None
        self._row: TaskID | None = None
        self._waiting: Status | None = None
        self._last = 0.0

    def say(self, sentence: str) -> None:
        """A sentence about what goes on, on standard error."""
        self._stop_waiting()
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
        self._stop_waiting()
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._row = None

    def document(self, values: Mapping[str, Any], lines: Sequence[str] = ()) -> None:
        """The result: `values` as one JSON document, null where a number is not finite, or the lines for people."""
        self.close()
        self._told = True
        for line in [json.dumps(finite(values), ensure_ascii=False, allow_nan=False)] if self.as_json else lines:
            self._line(self.out, line)

    def part(self, values: Mapping[str, Any]) -> None:
        """A part of the result as soon as it is there, as a line of JSON before the document; nothing for people."""
        if self.as_json:
            self._line(self.out, json.dumps(finite(values), ensure_ascii=False, allow_nan=False))

    def fail(self, sentence: str) -> None:
        """One sentence on standard error, and in the JSON document where one was asked for."""
        self.close()
        self.say(sentence)
        if self.as_json:
            self.document({"error": sentence})

    def table(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, whole: bool = False) -> None:
        """A table for people on standard output; nothing when JSON was asked for.

        whole: no cell is broken over lines, however narrow the terminal is, so that it can be copied. A pipe has no
        width to keep to, either.
        """
        self.close()
        if self.as_json or not rows:
            return
        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*row)
        console = Console(file=self.out)
        if whole or not self.out.isatty():
            room, console.width = console.width, ENDLESS
            console.width = max(room, console.measure(table).maximum)
        console.print(table, "", markup=False)

    def stopping(self) -> None:
        """The first Ctrl-C: say that it came through, where it does not end the command by itself."""
        if self.interrupt.gentle:
            self.say("Stopping, and keeping what is done; press Ctrl-C again to end at once.")

    def end_at_once(self, code: int) -> None:
        """The second Ctrl-C: say so, and end the process as it stands.

        Nothing is tidied up, as that may be what takes long: files are written atomically, and the
        library takes a run that was cut off as it does one that was killed.
        """
        deadline = threading.Timer(LAST_WORDS, os._exit, (code,))
        deadline.daemon = True
        deadline.start()
        sentence = "Stopped at once; what was saved until then is kept."
        self._line(self.err, f"{SHOW_CURSOR if self.err.isatty() else ''}{sentence}")
        if self.as_json and not self._told:
            self._line(self.out, json.dumps({"error": sentence}))
        os._exit(code)

    def _stop_waiting(self) -> None:
        """Take the line away that says what goes on."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def _draw(self, done: int, total: int, note: str) -> None:
        self._stop_waiting()
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


def finite(values: Any) -> Any:
    """A copy of a document in which None stands where JSON has no number."""
    if isinstance(values, Mapping):
        return {name: finite(value) for name, value in cast(Mapping[str, Any], values).items()}
    if isinstance(values, list | tuple):
        return [finite(value) for value in cast(Sequence[Any], values)]
    return None if isinstance(values, float) and not math.isfinite(values) else values
