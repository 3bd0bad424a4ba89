"""How much a long session grows."""

from __future__ import annotations

from typing import ClassVar

from workbench import bridge
from workbench.bench.line import Comparison, Line, Settings
from workbench.bench.live import bench_window
from workbench.shots.driving import settle, start, wait
from workbench.window import MainWindow

WARM, RUNS, COUNT, STEPS, LIMIT = 20, 100, 4, 4, 20.0
LONG = {"count": 16, "steps": 500}  # 50 MB of recorded steps


class Memory(Line):
    """Main memory of the program with its window after many short runs, less that after some."""

    name: ClassVar[str] = "memory"
    about: ClassVar[str] = "Growth of the program over 100 generations, and what a closed run leaves behind"

    def measure(self, settings: Settings) -> list[Comparison]:
        """Two figures in megabytes: after many runs, and after a long one that was closed."""
        del settings  # the window chooses its threads itself
        with bench_window() as window:
            generations(window, WARM)
            # a batch as large as the long run's, so that the network's own buffers are not counted as its steps
            finish(window, {**LONG, "steps": STEPS})
            before = bridge.process_memory()
            generations(window, RUNS)
            grown = bridge.process_memory() - before
            finish(window, LONG)
            taken = bridge.process_memory() - before - grown
            window.desk.actions["view.close_run"].trigger()
            settle()
            left = bridge.process_memory() - before - grown
        note = f"after {WARM} generations {before / 2**20:.0f} MB"
        closed = f"{LONG['count']} pictures, {LONG['steps']} steps; it took {taken / 2**20:.0f} MB while it was open"
        return [Comparison(f"memory after {RUNS} generations", grown / 2**20, LIMIT, 1.0, "MB", note),
                Comparison("memory left by a closed run", left / 2**20, LIMIT, 1.0, "MB", closed)]


def generations(window: MainWindow, count: int) -> None:
    """So many short runs, one after the other."""
    for _ in range(count):
        finish(window, {"count": COUNT, "steps": STEPS})


def finish(window: MainWindow, values: dict[str, int]) -> None:
    """One run to its end."""
    start(window, "generate", values)
    wait(lambda: not window.desk.queue.alive())
