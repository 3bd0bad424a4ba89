"""What a lesson chose in the form is no beginning for what the user chooses after it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import chosen, filled, form_of, turned
from tests.journeys.test_lessons import begun
from tests.journeys.test_session import saved
from tests.journeys.window import Window
from workbench.lessons.registry import lessons

LESSONS = (("guidance", "data", "ring", "spread", 0.08), ("langevin", "sampler", "langevin", "level", 0.2))


def chosen_anew(window: Window, option: str, kind: str) -> dict[str, object]:
    """Choose a component in the form of Sample and give what it begins with."""
    chosen(window, option, kind)
    value = form_of(window).values()[option]
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(("lesson", "option", "kind", "name", "value"), LESSONS)
def test_a_choice_begins_as_it_was_before_the_lesson(qtbot: QtBot, opened: Opener, lesson: str, option: str, kind: str,
                                                      name: str, value: float) -> None:
    window = opened()
    turned(window, qtbot)
    filled(window, data={"name": "moons"})
    before = dict(form_of(window).values())
    begun(window, qtbot, lessons()[lesson])
    lent = form_of(window).values()[option]
    assert isinstance(lent, dict)
    assert lent[name] != value
    window.desk.actions["lesson.close"].trigger()
    assert form_of(window).values() == before
    assert chosen_anew(window, option, kind)[name] == value


def test_what_the_user_set_for_another_choice_comes_back(qtbot: QtBot, opened: Opener) -> None:
    """Also where the program was quit in the lesson, and after undo and redo of leaving it."""
    window = opened()
    turned(window, qtbot)
    chosen(window, "data", "ring")
    row = form_of(window).row("data.spread")
    assert row is not None
    row.editor.set_value(0.11)
    row.editor.edited.emit()
    chosen(window, "data", "moons")
    begun(window, qtbot, lessons()["guidance"])
    saved(qtbot, window)
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.desk.ready, timeout=SOON)
    again.desk.actions["lesson.close"].trigger()
    assert again.panel.values()["data"]["name"] == "moons"
    assert chosen_anew(again, "data", "ring")["spread"] == 0.11
