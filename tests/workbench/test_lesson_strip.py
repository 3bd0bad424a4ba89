"""The strip of a lesson: as high as its words at its width, and no reason for a higher window."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from workbench.lessons.registry import lessons
from workbench.pages.lesson_strip import LessonStrip


def test_words_are_whole_and_do_not_ask_for_a_high_window(qtbot: QtBot) -> None:
    page, strip, canvas = QWidget(), LessonStrip(), QFrame()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    layout.addWidget(strip)
    layout.addWidget(canvas, 1)
    page.resize(640, 300)
    page.show()
    for place, lesson in enumerate(lessons().values(), 1):
        strip.show_lesson(lesson, place, len(lessons()))
        qtbot.waitUntil(lambda: strip.words.height() >= strip.words.heightForWidth(strip.words.width()) > 0)
        assert strip.minimumSizeHint().height() < strip.height()
