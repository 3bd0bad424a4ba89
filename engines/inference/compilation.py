"""Compilation: another process that compiles a model's network. Knows no torch, so that a window may start it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

MINUTES = 15  # after which a compiler is given up
ROOT = Path(__file__).resolve().parents[2]
COMPILER = "engines.inference.compiler"


class Compilation:
    """A running compiler.

    A process of its own, because tracing a network holds Python's lock for half a minute and
    would make a window stutter.

    Args:
        model: name or file of the model.
        folders: where models are looked for besides the bundled ones.
    """

    def __init__(self, model: str, folders: Iterable[Path] = ()) -> None:
        command = [sys.executable, "-m", COMPILER, model, *map(str, folders)]
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        self._until = time.monotonic() + 60 * MINUTES
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path})
        except OSError:  # as good as a compiler that fails: the plain network serves
            return

    @property
    def running(self) -> bool:
        """Whether it is still at work; one that takes too long is ended."""
        if self._process is None or self._process.poll() is not None:
            return False
        if time.monotonic() > self._until:
            self.stop()
        return self._process.poll() is None

    @property
    def succeeded(self) -> bool:
        """Whether the library is ready; False while it runs."""
        return self._process is not None and self._process.poll() == 0

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; returns `running`."""
        if self._process is not None:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return self.running
        return False

    def stop(self) -> None:
        """End it; nothing of it is left behind but temporary files."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
