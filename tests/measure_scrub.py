"""Measures scrubbing, from the slider to painted pixels: `python -m tests.measure_scrub [steps] [samples]`.

The real window on a recorded run; prints the median, the 95th percentile and the worst in milliseconds. Not a test:
what it prints depends on the machine.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest

from widgets.step_slider import place
from workbench.app import application
from workbench.home import temporary_home
from workbench.shots import finished, settle, start, wait
from workbench.window import MainWindow

JUMPS = 200


def main() -> None:
    """Record a run, drag the slider to and fro, and print how long each picture took."""
    steps, samples = (int(word) for word in (*sys.argv[1:], "1000", "16")[:2]) if sys.argv[1:] else (1000, 16)
    application()
    window = MainWindow(temporary_home(), autostart=False)
    window.resize(1440, 900)
    window.show()
    window.start()
    wait(lambda: window.desk.ready and bool(window.engine.models))
    start(window, "generate", {"count": samples, "steps": steps})
    finished(window)
    settle(1.0)
    for view in ("state", "estimate", "noise"):
        window.timeline.scrubber.views.pick(view)
        settle(0.2)
        report(view, spent(window, steps))
    window.close()


def spent(window: MainWindow, steps: int) -> np.ndarray:
    """Milliseconds from each mouse move on the slider until everything it changed is painted."""
    slider = window.timeline.scrubber.slider
    random = np.random.default_rng(0)
    found = []
    for step in random.permutation(steps)[:JUMPS]:
        at = QPoint(round(place(int(step), steps, slider.width())), slider.height() // 2)
        began = time.perf_counter()
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at)
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()
        found.append(1000 * (time.perf_counter() - began))
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at)
    return np.array(found)


def report(what: str, found: np.ndarray) -> None:
    """One line of figures."""
    low, high = np.percentile(found, [50, 95])
    sys.stdout.write(f"{what:10} median {low:5.1f} ms   95 % {high:5.1f} ms   worst {found.max():5.1f} ms\n")


if __name__ == "__main__":
    main()
