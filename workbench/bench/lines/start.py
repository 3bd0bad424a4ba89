"""How soon the window is there."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import ClassVar

from engines.errors import WorkbenchError
from workbench.bench.line import Comparison, Line, Settings

STARTS, LIMIT = 5, 2.0
ROOT = Path(__file__).resolve().parents[3]


class Start(Line):
    """A new process until its window is painted; the files were read before."""

    name: ClassVar[str] = "start"
    about: ClassVar[str] = "From the start of the program to a painted window"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure: the median of some starts after one that warms up."""
        del settings  # nothing is computed before the window is there
        spent = [appearance() for _ in range(STARTS + 1)][1:]
        return [Comparison("window visible", median(spent), LIMIT, 1.0, "s", f"median of {STARTS} warm starts")]


def appearance() -> float:
    """Seconds until a new process has painted its window; raises WorkbenchError when it never does."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "workbench.bench.visible"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, cwd=ROOT, text=True) as process:
        line = process.stdout.readline() if process.stdout is not None else ""
        spent = time.perf_counter() - began
    if line.strip() != "visible":
        raise WorkbenchError("The window did not appear in a new process; start main.py to see why.")
    return spent
