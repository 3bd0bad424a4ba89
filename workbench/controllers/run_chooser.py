"""A popup that asks for one of many runs: a title, a filter where there are many, and rows as in the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from widgets.lists.run_list import RunList
from widgets.lists.run_rows import HEIGHT, RunRow
from workbench.library.library import Library
from workbench.library.records import Run
from workbench.parts import column, label
from workbench.wording.run_words import details, told_options
from workbench.wording.words import ago

WIDTH, MOST_SEEN, FEW = 340, 7, 6  # px; rows without scrolling; runs up to which nobody needs a filter


class RunChooser(QFrame):
    """Shown by `ask`; Esc or a click elsewhere closes it.

    Signals: chosen(str) with the id of the run that was clicked or taken by Enter.

    Args:
        parent: over which it stands.
        library: gives the pictures of the runs.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, library: Library) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "panel")
        self._library, self._runs, self._unfit = library, list[Run](), dict[str, str]()
        self._title = label("", "head")
        self._title.setContentsMargins(14, 10, 14, 0)
        self.list = RunList("Runs", "No run fits these words.", hint="Filter, as seed 7")
        column(self._title, self.list, margins=(0, 0, 0, 6), parent=self).setStretch(1, 1)
        self.list.filter_changed.connect(self._fill)
        self.list.activated.connect(self._choose)

    def ask(self, title: str, runs: Sequence[Run], corner: QPoint, unfit: Mapping[str, str]) -> None:
        """Offer runs under a title.

        Args:
            corner: where its top right corner goes, on the screen.
            unfit: why some cannot be taken, by their ids: these come last and are greyed.
        """
        self._runs, self._unfit = sorted(runs, key=lambda run: run.id in unfit), dict(unfit)
        self._title.setText(title)
        self.setAccessibleName(title)
        self.list.filter.clear()
        self.list.filter.setVisible(len(runs) > FEW)
        self.list.set_rows([])  # what was chosen the last time is no choice of this one
        self._fill("")
        head = 84 if len(runs) > FEW else 50  # px of all that is no row
        self.resize(WIDTH, head + HEIGHT * min(len(runs), MOST_SEEN))
        self.move(corner.x() - WIDTH, corner.y())
        self.show()
        self.list.focus_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _fill(self, words: str) -> None:
        """Rows of the runs whose title or facts hold all the words."""
        wanted = words.casefold().split()
        told = details({run.id: told_options(run) for run in self._runs})
        rows = [RunRow(run.id, run.title, self._unfit.get(run.id) or f"{told[run.id]} · {ago(run.created)}", "",
                       self._picture(run.id), run.starred, faded=run.id in self._unfit) for run in self._runs]
        self.list.set_rows([row for row in rows
                            if all(word in f"{row.title} {row.facts}".casefold() for word in wanted)])

    def _picture(self, run: str) -> QImage | None:
        data = self._library.thumbnail(run)
        return QImage.fromData(data) if data else None

    def _choose(self, run: str) -> None:
        if run in self._unfit:
            return
        self.hide()
        self.chosen.emit(run)
