"""The real window in a program of its own: it opens a picture, paints, and is killed once that is kept.

Usage: python -m tests.journeys.left HOME PICTURE.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer

from tests.journeys.window import Window
from workbench.app import application
from workbench.home import Home

HOLE = (slice(2, 6), slice(3, 9))


def paint(window: Window) -> None:
    """A hole in the picture on the canvas."""
    size = window.images.input.image_size
    mask = np.zeros((size.height(), size.width()), np.float32)
    mask[HOLE] = 1
    window.images.input.set_mask(mask)


def leave(window: Window, picture: Path) -> None:
    """Make what is to be found again, and end without a word as soon as the window says that it is saved."""
    window.navigator.choose_task("edit")
    window.drop.open(picture)
    paint(window)
    window.images.input.set_brush(size=6, soft=2)
    window.panel.forms["edit"].set_values({"strength": 0.35})
    window.panel.changed.emit()
    said = window.status.saved

    def watch(words: str, more: str = "") -> None:
        said(words, more)
        if words == "Saved":
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    window.session.told = watch


def main(root: str, picture: str) -> int:
    """Open the window and stay until it is killed."""
    app = application()
    window = Window(Home(Path(root)), autostart=False)
    window.desk.queue.ready.connect(lambda: QTimer.singleShot(0, window, lambda: leave(window, Path(picture))))
    window.show()
    QTimer.singleShot(0, window, window.start)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
