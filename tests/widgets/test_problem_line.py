"""The line that says what is wrong: nothing of a long sentence is cut."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.problem_line import HEIGHT, ProblemLine

LONG = ("Heun takes the noise level σ/α for the length of a step, and in step 6 it falls from 12.7 to 0.02, too far "
        "for good samples; choose the spacing Log-SNR, or the sampler DPM-Solver++ 2M.")


def test_a_long_sentence_is_wrapped_and_a_short_one_takes_a_line(qtbot: QtBot) -> None:
    page, line = QWidget(), ProblemLine()
    layout = QVBoxLayout(page)
    layout.addWidget(line)
    layout.addStretch(1)
    qtbot.addWidget(page)
    page.resize(300, 300)
    page.show()
    line.say("Enter a number.")
    assert line.height() == HEIGHT
    line.say(LONG, caution=True)
    assert line.text() == LONG
    needed = line.heightForWidth(line.width())
    assert 2 * HEIGHT < needed <= line.height()
    page.resize(700, 300)
    qtbot.waitUntil(lambda: line.height() < needed)
    line.say("")
    assert line.height() == HEIGHT
