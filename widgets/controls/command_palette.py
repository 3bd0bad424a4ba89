"""Command palette: every action, run and model by typing a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from widgets.drawing.painted import fitted

SHOWN = 12
LATER = 300  # points that what cannot be done now stands below what can
LONGEST = 200  # points, as many as a title has letters at most: what needs the detail stands below
HELD = 4  # places at least for what a search found, however well other things fit


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette: `key` is what `chosen` sends; detail and shortcut stand at the right.

    lacks: why it cannot be chosen now, "" when it can; it stands in place of the detail, and the line is grey.
    """

    key: str
    title: str
    detail: str = ""
    shortcut: str = ""
    lacks: str = ""


def score(query: str, text: str) -> int:
    """How well a query fits a text: −1 not at all, more is better.

    All letters must occur in order; runs of letters and starts of words count more, wherever they stand.
    """
    query, text = query.casefold().replace(" ", ""), text.casefold()
    starts = [k for k, letter in enumerate(text) if letter == query[:1]]
    points = max((_points(query, text, start) for start in starts), default=-1 if query else 0)
    # among equals the shorter text, of which the query is the larger part
    return points * 100 - len(text) if points >= 0 else -1


def _points(query: str, text: str, start: int) -> int:
    """What a query is worth that begins at a place of a text, −1 where it does not fit there."""
    points, at, run = 0, start - 1, -1
    for letter in query:
        found = text.find(letter, at + 1)
        if found < 0:
            return -1
        # a space between is no break: “seed 7” is one run of letters
        run = run + 1 if not text[at + 1:found].strip() else 0
        starts = found == 0 or not text[found - 1].isalnum()
        # a run of letters grows quadratically: “samp” in “sampler” beats the same letters scattered
        points += 1 + 3 * run + (4 if starts else 0)
        at = found
    return points


def best(query: str, entries: Sequence[Entry], count: int = SHOWN) -> list[Entry]:
    """The best fitting entries, best first; the first ones as they are for an empty query."""
    if not query.strip():
        return list(entries[:count])
    rated = [(max(score(query, e.title), _by_detail(query, e)), e) for e in entries]
    fits = sorted((r for r in rated if r[0] > -1), key=lambda r: LATER * bool(r[1].lacks) - r[0])
    return [entry for _, entry in fits[:count]]


def _by_detail(query: str, entry: Entry) -> int:
    """How well a query fits title and detail together: less than the title alone; equal ones keep their order."""
    whole = f"{entry.title} {entry.detail}"
    points = score(query, whole)
    return points + len(whole) - LONGEST if points > -1 else -1


def merged(query: str, entries: Sequence[Entry], found: Sequence[Entry], count: int = SHOWN) -> list[Entry]:
    """The best fitting entries together with what a search found for the query: each once.

    What was found by words that its line does not show stands below what fits.
    """
    known = {entry.key for entry in entries}
    fits = best(query, [*entries, *(entry for entry in found if entry.key not in known)], count)
    shown = {entry.key for entry in fits}
    rest = [entry for entry in found if entry.key not in shown]
    kept = fits[:count - min(len(rest), HELD)]
    return [*kept, *rest[:count - len(kept)]]


class CommandPalette(QFrame):
    """An overlay at the top of its parent; Escape or a click elsewhere closes it.

    Signals:
        chosen(key): an entry was picked by Enter or click.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self.setProperty("role", "panel")
        self.setAccessibleName("Command palette")
        self._entries: Sequence[Entry] = ()
        self._search: Callable[[str], Sequence[Entry]] = lambda _words: ()
        self._field = QLineEdit(placeholderText="Run a command, find a run or a model")
        self._field.setAccessibleName("Search commands")
        self._list = QListWidget()
        self._list.setAccessibleName("Matches")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._field)
        column.addWidget(self._list)
        self._field.textChanged.connect(self._refresh)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._pick)
        self.hide()

    def open(self, entries: Sequence[Entry], search: Callable[[str], Sequence[Entry]] = lambda _words: ()) -> None:
        """Show the palette with these entries and take the keyboard; `search` finds more for what is typed."""
        self._entries, self._search = entries, search
        self._field.clear()
        self._refresh()
        self.raise_()
        self.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._typed(event.key()):
            return True
        # a click elsewhere; the list itself never takes the focus
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return super().eventFilter(watched, event)

    def _typed(self, key: int) -> bool:
        """Handle the keys that do not belong to the text field."""
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % max(1, self._list.count()))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._pick(self._list.currentItem())
        else:
            return False
        return True

    def _pick(self, item: QListWidgetItem | None) -> None:
        # a grey line cannot be picked, nor the one that says that nothing fits
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.hide()
            self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def _refresh(self) -> None:
        """List what fits the text, and be as high as that needs."""
        self._list.clear()
        words = self._field.text()
        found = self._search(words) if words.strip() else ()
        for entry in merged(words, self._entries, found):
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, entry.key)
            if entry.lacks:
                item.setFlags(Qt.ItemFlag.ItemIsSelectable)
            told = entry.lacks or entry.detail
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title} {told} {entry.shortcut}")
            item.setSizeHint(QSize(100, 30))
            self._list.addItem(item)
            self._list.setItemWidget(item, _row(entry))
        if not self._list.count():
            item = QListWidgetItem("Nothing fits; try fewer letters.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._place()

    def _place(self) -> None:
        parent = self._under
        width = min(560, parent.width() - 48)
        self._list.setFixedHeight(max(1, self._list.count()) * 30 + 4)
        self.resize(width, self._list.height() + self._field.sizeHint().height() + 24)
        self.move((parent.width() - width) // 2, 52)


def _row(entry: Entry) -> QWidget:
    """Title at the left, detail and shortcut at the right; grey where it cannot be chosen now."""
    row = QWidget()
    row.setEnabled(not entry.lacks)
    line = QHBoxLayout(row)
    line.setContentsMargins(8, 0, 8, 0)
    line.addWidget(QLabel(entry.title))
    line.addStretch()
    for label, role in ((_Detail(entry.lacks or entry.detail), "caption"), (QLabel(entry.shortcut), "key")):
        if label.text():
            label.setProperty("role", role)
            line.addWidget(label)
    return row


class _Detail(QLabel):
    """As much of a line’s details as there is room for: the last stays, those before it go. It has no signals."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._words = words

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._words) + 1, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(fitted(QFontMetricsF(self.font()), self._words, self.width(), keep_last=True))
