"""Whether a window can be opened here: one sentence with the remedy where Qt would only give up."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what is asked here is asked before Qt is known to be loadable
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication

HEADLESS = ("use one of the commands that need none: "
            "main.py list, generate, inpaint, edit, noise, train, evaluate, check, bench or shots (main.py --help).")
NO_DISPLAY = f"There is no display to open the window on; set DISPLAY, or {HEADLESS}"


def has_display() -> bool:
    """Whether a display is named: always but on a Linux without a display server."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in wanted)


def no_window() -> str:
    """Why no window can be opened, in one sentence with the remedy; empty where nothing speaks against it."""
    if not has_display():
        return NO_DISPLAY
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        return f"The window needs a system library ({error}); “make run” installs it or names its package."
    return ""


def started(argv: Sequence[str], refuse: Callable[[str], object] | None = None) -> QApplication:
    """The QApplication; ends the process with exit code 1 and one sentence where Qt finds no screen.

    `refuse` tells that sentence, on standard error by default.

    A display that does not answer and a missing library of its plugin come to light only here, and Qt
    would abort: its last message is the only moment to say what to do.
    """
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    told = list[str]()

    def heard(kind: QtMsgType, where: QMessageLogContext, text: str) -> None:
        del where
        if kind is QtMsgType.QtFatalMsg:
            reason = told[0].rstrip(". \n") if told else "Qt has no plugin for it"
            (refuse or _complain)(f"The window cannot be opened ({reason}); look at DISPLAY and at the libraries that "
                                  f"“make run” names, or {HEADLESS}")
            os._exit(1)
        told.append(text)

    before = qInstallMessageHandler(heard)
    try:
        app = QApplication(list(argv))
    finally:
        qInstallMessageHandler(before)
    for text in told:
        sys.stderr.write(text + "\n")
    return app


def _complain(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
