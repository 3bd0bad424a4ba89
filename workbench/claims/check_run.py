"""A check that goes on in a process of its own, and what it tells as it goes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from engines.checks.written import claim_of
from engines.errors import BadInput

ROOT = Path(__file__).resolve().parents[2]
CHILD = "workbench.cli.check_child"
PATIENCE = 3000  # ms that a process which was ended is waited for


class CheckRun(QObject):
    """Measures claims one after the other, or lists them.

    A process of its own: a claim may hold Python's lock for seconds, which would make the window stutter, and half a
    claim is worth nothing, so that it can be ended at any moment.

    Signals:
        began(name, about, index, of): a group of claims is measured from now on.
        stated(group, claim): what is claimed, without its figures; of a listing.
        absent(sentence): a group cannot be measured here, and why.
        measured(group, claim): a claim is there, as `engines.checks.claim` has it.
        ended(whole, sentence): it is over; whether everything was measured, and why not, "" when it was stopped.

    Attributes: running: whether it goes on.
    """

    began = Signal(str, str, int, int)
    stated = Signal(str, object)
    absent = Signal(str)
    measured = Signal(str, object)
    ended = Signal(bool, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # one for all checks: to delete a process from within its own signals brings Qt down
        self._process = QProcess(self)
        self._error, self._whole, self.running = "", False, False
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])))
        environment.insert("PYTHONIOENCODING", "utf-8")
        self._process.setProcessEnvironment(environment)
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    def start(self, keys: Iterable[str] = ()) -> None:
        """Measure the claims of these keys ("group/name"), all without any; nothing while it runs."""
        self._begin([word for key in keys for word in ("--claim", key)])

    def list(self) -> None:
        """Tell what is claimed, and measure nothing; nothing while it runs."""
        self._begin(["--list"])

    def _begin(self, flags: Sequence[str]) -> None:
        if self.running:
            return
        self._error, self._whole, self.running = "", False, True
        program, *words = self.command()
        self._process.start(program, [*words, *flags])

    def command(self) -> Sequence[str]:
        """The program and its words before the claims."""
        return sys.executable, "-m", CHILD

    def stop(self) -> None:
        """End it at once; what was measured until then was told."""
        if not self.running:
            return
        self.running = False  # what it still has to say is not heard
        self._process.kill()
        self._process.waitForFinished(PATIENCE)
        self.ended.emit(False, "")

    def _read(self) -> None:
        """Tell what came in whole lines."""
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode("utf-8", "replace")
            if not self.running:  # whoever heard of the line before has stopped it
                continue
            try:
                self._tell(json.loads(line))
            except (ValueError, KeyError, TypeError, BadInput):
                self._error = "The check told something that cannot be read; run it again."

    def _tell(self, told: Mapping[str, Any]) -> None:
        if "error" in told:
            self._error = str(told["error"])
        elif "claim" in told:
            self.measured.emit(str(told["group"]), claim_of(told["claim"]))
        elif "stated" in told:
            self.stated.emit(str(told["group"]), claim_of(told["stated"]))
        elif "group" in told:
            self.began.emit(str(told["group"]), str(told["about"]), int(told["index"]), int(told["of"]))
            if told.get("absent"):
                self.absent.emit(str(told["absent"]))
        else:  # the document with all of them is the last word
            self._whole = not told.get("stopped", False)
            for sentence in told.get("absent", ()) if "listed" in told else ():
                self.absent.emit(str(sentence))

    def _finished(self, code: int) -> None:
        self._over(f"The check ended by itself (exit code {code}); run it again.")

    def _failed(self, error: QProcess.ProcessError) -> None:
        # any other failure ends with `finished`
        if error is QProcess.ProcessError.FailedToStart:
            self._over("The check cannot be started; install the program again.")

    def _over(self, why: str) -> None:
        """The process is gone by itself."""
        self._read()
        if self.running:
            self.running = False
            self.ended.emit(self._whole, "" if self._whole else self._error or why)
