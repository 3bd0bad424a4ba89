"""Rows of a run list: what one holds, the model that makes them on demand, and how one is painted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from widgets.drawing.fonts import words
from widgets.drawing.icons import icon_pixmap
from widgets.drawing.painted import fitted
from widgets.drawing.theme import DARK

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
HEIGHT, THUMB, PAD = 50, 38, 10  # px


@dataclass(frozen=True, slots=True)
class RunRow:
    """One row.

    state: a word at the right ("42 %", "paused"), "" when done; alive: it can still change; faded: what it
    names is not there.
    """

    key: str
    title: str
    facts: str
    state: str = ""
    thumbnail: QImage | None = None
    starred: bool = False
    alive: bool = False
    faded: bool = False


class RunModel(QAbstractListModel):
    """The rows as Qt's views see them; the row itself is under UserRole. A row is made when it is first looked at.

    Signals:
        renamed(key, title): a title was edited in place.
    """

    renamed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys: list[str] = []
        self._places = dict[str, int]()
        self._made = dict[str, RunRow]()
        self._make: Callable[[str], RunRow] = lambda key: RunRow(key, "", "")

    def row(self, place: int) -> RunRow:
        """The row at a place."""
        key = self.keys[place]
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def place(self, key: str) -> int:
        """Where a key is, -1 when it is not among them."""
        return self._places.get(key, -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many rows there are; a row has none of its own."""
        return 0 if parent.isValid() else len(self.keys)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """What a row is for each of Qt’s roles; the row itself under UserRole."""
        row = self.row(index.row())
        if role in {Role.DisplayRole, Role.EditRole}:
            return row.title
        if role == Role.ToolTipRole:
            return f"{row.title}\n{row.facts}"
        if role == Role.AccessibleTextRole:
            return f"{row.title}, {row.facts}, {row.state or 'done'}{', starred' if row.starred else ''}"
        return row if role == Role.UserRole else None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Ask for another title; False where it is no other one."""
        row, title = self.row(index.row()), str(value).strip()
        if role != Role.EditRole or not title or title == row.title:
            return False
        self.renamed.emit(row.key, title)  # the owner may refuse; it sends new rows
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen, and renamed in place."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def set_keys(self, keys: Sequence[str], make: Callable[[str], RunRow], changed: Collection[str]) -> None:
        """Show rows of these keys, each made by `make` when it is looked at; those made before stay unless `changed`.

        While the keys stay the same only changed rows are announced.
        """
        self._make = make
        # a reset loses selection, scroll place and an open editor: only when rows come, go or change places
        if list(keys) != self.keys:
            self.beginResetModel()
            self.keys, self._places = list(keys), {key: k for k, key in enumerate(keys)}
            self._made = {key: row for key, row in self._made.items() if key in self._places and key not in changed}
            self.endResetModel()
            return
        for key in [key for key in self._made if key in changed]:
            self.update_row(make(key))

    def update_row(self, row: RunRow) -> None:
        """Replace the row of the same key, if there is one that was looked at."""
        old, place = self._made.get(row.key), self.place(row.key)
        if old is not None and old != row and place >= 0:
            self._made[row.key] = row
            self.dataChanged.emit(self.index(place), self.index(place))


class RunDelegate(QStyledItemDelegate):
    """Paints a row as drawn: thumbnail, title over facts, state and star at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row: RunRow = index.data(Role.UserRole)
        box = QRect(option.rect).adjusted(4, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, box, option.state)
        self._thumbnail(painter, box, row)
        left, right = box.left() + PAD + THUMB + PAD, self._star(painter, box, row)
        self._words(painter, QRect(left, box.top(), right - left, box.height()), row)
        painter.restore()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Lay the editor over the title, beside the thumbnail."""
        left = PAD + THUMB + PAD
        editor.setGeometry(QRect(option.rect).adjusted(left, 2, -PAD, -HEIGHT // 2 + 4))

    def _ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        """The row's ground: selected with an accent bar, hovered, or none; a ring where the keyboard is alone."""
        selected, focused = (bool(state & flag) for flag in (QStyle.StateFlag.State_Selected,
                                                             QStyle.StateFlag.State_HasFocus))
        path = QPainterPath()
        path.addRoundedRect(box, 6, 6)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.fillPath(path, QColor(self.theme.bg2))
        if selected:
            painter.setClipPath(path)
            painter.fillRect(box.left(), box.top(), 2, box.height(), QColor(self.theme.accent))
            painter.setClipping(False)
        elif focused:
            painter.setPen(QColor(self.theme.accent))
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _thumbnail(self, painter: QPainter, box: QRect, row: RunRow) -> None:
        target = QRect(box.left() + PAD, box.top() + (box.height() - THUMB) // 2, THUMB, THUMB)
        path = QPainterPath()
        path.addRoundedRect(target, 4, 4)
        painter.fillPath(path, QColor(self.theme.bg3))
        if row.thumbnail is None:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(target.center() - QPoint(7, 7), icon_pixmap("image", self.theme.text2, 16, ratio))
            return
        painter.setClipPath(path)
        painter.drawImage(target, row.thumbnail)
        painter.setClipping(False)

    def _star(self, painter: QPainter, box: QRect, row: RunRow) -> int:
        """Draw the star; returns the x where words must end."""
        right = box.right() - PAD
        if row.starred:
            star = icon_pixmap("star", self.theme.warn, 14, painter.device().devicePixelRatioF(), filled=True)
            painter.drawPixmap(right - 14, box.center().y() - 7, star)
            right -= 20
        return right

    def _words(self, painter: QPainter, room: QRect, row: RunRow) -> None:
        """Draw title and state over the facts, which have the whole width: their last says how old the run is."""
        upper, lower = QRect(room), QRect(room)
        upper.setBottom(room.center().y() + 1)
        lower.setTop(room.center().y() + 2)
        upper.setRight(self._state(painter, upper, row))
        title = self.theme.text2 if row.faded else self.theme.text
        for font, colour, text, part, align in (
                (words(13), title, row.title, upper, Qt.AlignmentFlag.AlignBottom),
                (words(11), self.theme.text2, row.facts, lower, Qt.AlignmentFlag.AlignTop)):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = fitted(QFontMetricsF(font), text, part.width(), keep_last=part is lower)
            painter.drawText(part, align | Qt.AlignmentFlag.AlignLeft, shown)

    def _state(self, painter: QPainter, room: QRect, row: RunRow) -> int:
        """Draw the state at the right of a room, on the line of the title; returns the x where the title must end."""
        if not row.state:
            return room.right()
        painter.setFont(words(11))
        painter.setPen(QColor(self.theme.ink("accent") if row.alive else self.theme.text2))
        lift = QFontMetrics(words(13)).descent() - QFontMetrics(words(11)).descent()  # one base line for both
        painter.drawText(room.translated(0, -lift), Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight,
                         row.state)
        return room.right() - QFontMetrics(words(11)).horizontalAdvance(row.state) - 8
