"""Starting the application: fonts, window, exception hook; torch comes after the window is visible."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from engines.errors import WorkbenchError
from widgets.drawing.fonts import install_fonts
from workbench.farewell import Farewell
from workbench.faster import Faster
from workbench.handover import Reception, hand_over
from workbench.home import Home, home
from workbench.layout import fit_screen
from workbench.library.library import Library
from workbench.library.lock import HeldElsewhere
from workbench.library.opening import opened
from workbench.screen import started
from workbench.window import TITLE, MainWindow

SETTLED = 60  # milliseconds in which a window manager has placed a new window


def application(argv: Sequence[str] = (), refuse: Callable[[str], object] | None = None) -> QApplication:
    """The one QApplication, with the bundled fonts; `refuse` tells why there can be none before the process ends."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else started([TITLE, *argv], refuse)
    app.setApplicationName("diffusion-workbench")
    app.setApplicationDisplayName(TITLE)
    # the one style that looks the same on every system and obeys a style sheet in full
    app.setStyle("Fusion")
    install_fonts(app)
    return app


def run(files: Sequence[str], tell: Callable[[str], object] = print,
        refuse: Callable[[str], object] | None = None) -> int:
    """Open the window with files and stay until it is closed; returns the exit code.

    A window that has the library already takes the files, and `tell` gets the sentence that says so.
    A signal that asks for the end closes the window, and is told by the code. `refuse` gets the sentence
    where the display does not answer, which ends the process.
    """
    app, farewell = application(refuse=refuse), Farewell()
    with farewell.watching():
        return _opened(app, farewell, files, tell)


def _opened(app: QApplication, farewell: Farewell, files: Sequence[str], tell: Callable[[str], object]) -> int:
    """Open the library and the window on it."""
    place = home()
    library, told = _library(place, files)
    if told:
        tell(told)
        return 0
    # at once, so that a start right after this one finds somebody to ask
    reception = Reception(place) if library else None
    try:
        window = MainWindow(place, library=library)
    except WorkbenchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if reception is not None:
        reception.asked.connect(window.open_files)
    farewell.of(window)
    code = _shown(app, window, files)
    if reception is not None:
        reception.close()
    return farewell.code or code


def _library(place: Home, files: Sequence[str]) -> tuple[Library | None, str]:
    """The user's library; else None, with a sentence where another window has it and took the files."""
    try:
        return opened(place), ""
    except HeldElsewhere:
        return None, hand_over(place, files)
    except WorkbenchError:
        return None, ""  # the window says why, and goes on without it


def _shown(app: QApplication, window: MainWindow, files: Sequence[str]) -> int:
    """Show a window with files until it is closed; returns the exit code."""
    hook = ExceptionHook(window)
    hook.install()
    faster = Faster(window.desk, window)
    fit_screen(window)
    window.show()
    # first the window is painted in the size that the system gives it; the engine thread takes the processor afterwards
    QTimer.singleShot(SETTLED, window, lambda: window.start(files))
    code = app.exec()
    faster.close()
    hook.remove()
    return code


class ExceptionHook(QObject):
    """Turns an unforeseen exception into a sentence in the bar and a report in a file.

    Signals: raised(str) with the sentence, so that it is shown on the window's thread.
    """

    raised = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before = (sys.excepthook, threading.excepthook)
        self.raised.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over from Python's own hooks."""
        # PySide prints an exception raised in a slot and goes on; without the hooks nobody would know of it
        sys.excepthook = self._caught
        threading.excepthook = lambda args: self._caught(args.exc_type, args.exc_value or args.exc_type(),
                                                         args.exc_traceback)

    def remove(self) -> None:
        """Give Python's own hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, WorkbenchError):
            self.raised.emit(str(error))
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        file = self._report(text)
        where = f"; the report is in “{file}”" if file else ""
        line = (str(error).strip().splitlines() or [""])[0].rstrip(".")
        self.raised.emit(f"Something went wrong ({kind.__name__}: {line}){where}. What is done is kept.")

    def _report(self, text: str) -> Path | None:
        """Write the traceback beside the reports of failed jobs."""
        file = self._window.desk.library.home.reports / f"window-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        try:
            file.write_text(text, encoding="utf-8")
        except OSError:
            return None
        return file

    def _show(self, sentence: str) -> None:
        self._window.desk.report(sentence)
