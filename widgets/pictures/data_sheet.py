"""A look at a data set: a sheet of its pictures, its classes with their numbers, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from widgets.drawing.fonts import numbers, words
from widgets.drawing.painted import Painted
from widgets.drawing.pixmaps import Picture
from widgets.pictures.image_grid import ImageGrid

SIDE, ROW, PAD = 224, 24, 14
PAGE = 40  # pictures on one sheet


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What is said beside a sheet.

    title: name of the data; facts: short lines under it; classes: (name, number of pictures);
    left_out: (file, reason) of what cannot be read; more: further ones that are not listed;
    total: how many pictures there are, in words, said where not all are shown; warning: what makes the
    data a poor choice, "" for nothing.
    """

    title: str
    facts: tuple[str, ...] = ()
    classes: tuple[tuple[str, int], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    more: int = 0
    total: str = ""
    warning: str = ""


class ClassCounts(Painted):
    """Rows of name, bar and number; draws only what is visible, so that a thousand classes are no burden."""

    def __init__(self) -> None:
        super().__init__("Classes")
        self._rows: tuple[tuple[str, int], ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[tuple[str, int]]) -> None:
        """Show (name, number) rows."""
        self._rows = tuple(rows)
        self.setFixedHeight(ROW * len(self._rows))
        # a screen reader that reads a thousand classes says nothing
        self.setAccessibleDescription(", ".join(f"{name}: {count:,}" for name, count in self._rows[:40]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, ROW * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self.theme.bg1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            most = max((count for _, count in self._rows), default=1)
            first, last = event.rect().top() // ROW, event.rect().bottom() // ROW
            for k in range(max(first, 0), min(last + 1, len(self._rows))):
                self._row(painter, k, *self._rows[k], most)

    def _row(self, painter: QPainter, k: int, name: str, count: int, most: int) -> None:
        """One class: its name over a thin bar, its number at the right."""
        box = QRectF(0, k * ROW, self.width(), ROW - 6)
        painter.setFont(numbers(11))
        number = f"{count:,}"
        room = QFontMetrics(painter.font()).horizontalAdvance(number) + 8
        painter.setPen(QColor(self.theme.text2))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        painter.setFont(words(12))
        painter.setPen(QColor(self.theme.text))
        title = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, int(box.width() - room))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        track = QRectF(0, box.bottom(), box.width(), 3)
        painter.setPen(Qt.PenStyle.NoPen)
        for width, colour in ((1.0, self.theme.bg3), (count / max(most, 1), self.theme.accent)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * width, 3), 1.5, 1.5)


class DataSheet(QWidget):
    """The sheet at the left, classes and unreadable files at the right. It has no signals of its own.

    Of more pictures than fit a sheet a spread is shown first, then the others, sheet by sheet.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = ImageGrid("Data")
        self.counts = ClassCounts()
        self._title, self._facts, self._warning = _label("head"), _label("caption"), _label("warn")
        self._class_head, self._bad_head, self._bad = _label("group"), _label("group"), _label("caption")
        self._bad.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pictures, self._captions = list[Picture | QImage](), list[str]()
        self._sheets, self._sheet, self._total = sheets(0), 0, ""
        self._shown = _label("caption")
        self.others = QPushButton("Show others")
        self.others.setToolTip("The next pictures of this data set")
        self.others.clicked.connect(lambda: self._turn(self._sheet + 1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.grid, 1)
        row.addWidget(self._side())
        self.clear("")

    def _side(self) -> QScrollArea:
        """The column of facts, scrolled when there are many."""
        page = QFrame()
        page.setProperty("role", "bar")
        column = QVBoxLayout(page)
        column.setContentsMargins(PAD, 12, PAD, 12)
        column.setSpacing(6)
        for widget in (self._title, self._warning, self._facts, self._shown, self.others, self._class_head, self.counts,
                       self._bad_head, self._bad):
            column.addWidget(widget)
        for head in (self._class_head, self._bad_head):
            head.setContentsMargins(0, 8, 0, 0)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(SIDE)
        scroll.setAccessibleName("Facts of the data")
        scroll.setWidget(page)
        self.side = scroll
        return scroll

    @property
    def left_out(self) -> str:
        """The sentences on unreadable files as shown, one a line; "" when there are none."""
        return self._bad.text()

    @property
    def shown(self) -> str:
        """How many of all pictures are on this sheet, "" when it is all of them."""
        return self._shown.text() if not self._shown.isHidden() else ""

    @property
    def warning(self) -> str:
        """What makes the data a poor choice, as shown."""
        return self._warning.text()

    def warn(self, sentence: str) -> None:
        """Say what makes the data a poor choice, "" for nothing."""
        self._warning.setText(sentence)
        self._warning.setVisible(bool(sentence))

    def clear(self, sentence: str) -> None:
        """Show a sentence instead of a sheet."""
        self.grid.set_empty_text(sentence)
        self.grid.clear()
        self.side.hide()

    def show_sheet(self, pictures: Sequence[Picture | QImage], captions: Sequence[str], facts: SheetFacts) -> None:
        """Show pictures with captions, and the facts beside them."""
        self._pictures, self._captions, self._total = list(pictures), list(captions), facts.total
        self._sheets = sheets(len(pictures))
        self._turn(0)
        self._title.setText(facts.title)
        self._facts.setText("\n".join(facts.facts))
        self.warn(facts.warning)
        self._class_head.setText(f"{len(facts.classes)} {'class' if len(facts.classes) == 1 else 'classes'}")
        self._class_head.setVisible(bool(facts.classes))
        self.counts.set_rows(facts.classes)
        total = len(facts.left_out) + facts.more
        self._bad_head.setText(f"{total} {'file' if total == 1 else 'files'} left out")
        lines = [reason for _, reason in facts.left_out] + ([f"… and {facts.more} more"] if facts.more else [])
        self._bad.setText("\n\n".join(lines))
        for widget in (self._bad_head, self._bad):
            widget.setVisible(total > 0)
        self.side.show()

    def _turn(self, sheet: int) -> None:
        """Show a sheet; after the last one comes the first."""
        self._sheet = sheet % len(self._sheets)
        places = self._sheets[self._sheet]
        self.grid.set_images([self._pictures[k] for k in places], [self._captions[k] for k in places])
        self._shown.setText(f"{len(places)} of {self._total} shown")
        self._shown.setVisible(bool(self._total) and self._total != str(len(places)))
        self.others.setVisible(len(self._sheets) > 1)


def sheets(count: int) -> list[Sequence[int]]:
    """Places of the pictures of each sheet: first an even spread, then the others in their order."""
    spread = list(dict.fromkeys(round(k * (count - 1) / (PAGE - 1)) for k in range(PAGE))) if count > PAGE else []
    rest = sorted(set(range(count)) - set(spread))
    parts = [rest[k:k + PAGE] for k in range(0, len(rest), PAGE)]
    return [part for part in (spread, *parts) if part] or [[]]


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    # a sentence with a long path must not push the sheet aside
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
