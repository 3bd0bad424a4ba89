"""The real window, brought up without a screen, for the lines that are about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt

from workbench.app import application
from workbench.home import temporary_home
from workbench.shots.driving import finished, settle, start, wait
from workbench.window import MainWindow


@contextmanager
def bench_window() -> Iterator[MainWindow]:
    """The window on a home of its own, ready to compute; closed and its home removed at the end."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application()
    home = temporary_home()
    window = MainWindow(home, autostart=False)
    # laid out and painted as if shown, with no screen to show it on
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.show()
    window.start()
    try:
        wait(lambda: window.desk.ready and bool(window.engine.models))
        yield window
    finally:
        window.close()
        window.deleteLater()
        settle(0.1)
        home.remove()


def generate(window: MainWindow, count: int, steps: int) -> None:
    """One run to its end, and the window drawn; raises WorkbenchError when it fails."""
    start(window, "generate", {"count": count, "steps": steps, "guidance": 1.0})
    finished(window)
