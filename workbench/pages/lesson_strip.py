"""The strip over the canvas while a lesson is on: two sentences, and where to go from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from workbench.actions import Actions
from workbench.parts import IconButton, column, label, line, row

if TYPE_CHECKING:
    from workbench.lessons.base import Lesson


class LessonStrip(QFrame):
    """Says what to look at; hidden while no lesson is on. It has no signals: its buttons are actions.

    Attributes: title, words, what it says; waits, for what the lesson waits, hidden where it does not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.title, self.words = label("", "head", "Lesson"), label("", "", "What to look at")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        # else the window would have to be as high as the words need where they are narrowest
        self.words.setMinimumHeight(1)
        self._buttons = row(spacing=2)
        self.waits, self._waiting = label("", "note", "What the lesson waits for"), QWidget()
        self._row = row(self.waits, spacing=8, parent=self._waiting)
        self._waiting.hide()
        bar = QWidget()
        top = row(self.title, 1, spacing=8)
        top.addLayout(self._buttons)
        layout = column(spacing=2, margins=(14, 4, 10, 8), parent=bar)
        layout.addLayout(top)
        layout.addWidget(self.words)
        layout.addWidget(self._waiting)
        column(bar, line(), parent=self)
        self.hide()

    def add(self, actions: Actions) -> None:
        """Put in the buttons, once their controller is there."""
        for name, icon in (("lesson.previous", "arrow-left"), ("lesson.reset", "repeat")):
            self._buttons.addWidget(IconButton(icon, actions[name]))
        self._buttons.addWidget(IconButton("chevron-right", actions["lesson.next"], words=True))
        self._buttons.addWidget(IconButton("x", actions["lesson.close"]))
        self._row.addWidget(IconButton("chevron-up", actions["lesson.first"], words=True))
        self._row.addStretch(1)

    def show_lesson(self, lesson: Lesson | None, place: int = 0, total: int = 0) -> None:
        """Show a lesson, the `place`-th of so many; None hides the strip."""
        if lesson is not None:
            self.title.setText(f"Lesson {place} of {total} · {lesson.title}")
            self.words.setText(lesson.words)
        self.wait("")
        self.setVisible(lesson is not None)

    def wait(self, sentence: str) -> None:
        """Say for what the lesson waits, beside the button that lets it go first; "" for nothing."""
        self.waits.setText(sentence)
        self._waiting.setVisible(bool(sentence))
