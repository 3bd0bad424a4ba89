"""Where terms stand in a formula, and how a view shows the size of each over the steps."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.drawing.theme import DARK, LIGHT, Theme
from widgets.formulas.equation_view import EquationView
from widgets.formulas.formula import svg
from widgets.formulas.places import term_places
from widgets.formulas.term_course import shares_of

FORMULA = r"\Delta x = \term{prior}{a + b} + \term{noise}{\sqrt{v}\,z} + \term{prior}{c}"
NO_BUTTON = Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
TERMS = (("prior", "Prior step"), ("noise", "Fresh noise"))


def shown(qtbot: QtBot) -> EquationView:
    view = EquationView()
    qtbot.addWidget(view)
    view.set_equation((FORMULA,), TERMS)
    view.set_values({"prior": 0.5, "noise": 1.0}, 2.0)
    view.resize(320, view.sizeHint().height())
    return view


def point_at(view: EquationView, x: float) -> None:
    """Move the pointer within the first formula."""
    QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, QPointF(x, 16), QPointF(x, 16), *NO_BUTTON))


def test_terms_are_found_by_their_colours_in_both_themes(qtbot: QtBot) -> None:
    for theme in (DARK, LIGHT):
        drawing = QSvgRenderer(QByteArray(svg(FORMULA, theme)))
        places = term_places(drawing, {name: theme.term(name) for name in ("prior", "noise", "guidance")})
        assert places["guidance"] == []
        (first, second), (noise,) = places["prior"], places["noise"]
        assert 0 < first[0] < first[1] < noise[0] < noise[1] < second[0] < second[1] <= drawing.defaultSize().width()


def test_a_term_is_told_where_the_pointer_is_on_it_in_the_formula(qtbot: QtBot) -> None:
    view = shown(qtbot)
    places = term_places(QSvgRenderer(QByteArray(svg(FORMULA, DARK))), {name: DARK.term(name) for name, _ in TERMS})
    told = list[str]()
    view.term_hovered.connect(told.append)
    for name, run in (("noise", places["noise"][0]), ("prior", places["prior"][1])):
        point_at(view, sum(run) / 2)
        assert told[-1] == name
    point_at(view, 4)  # Δx belongs to no term
    assert told[-1] == ""


def test_a_course_is_a_plot_over_the_steps_with_the_present_one_marked(qtbot: QtBot) -> None:
    view = shown(qtbot)
    before = view.grab().toImage()
    view.set_courses({"noise": np.array([0.0, 0.0, 2.0, np.nan, np.inf])}, 2)
    plotted = view.grab().toImage()
    assert plotted != before
    view.set_courses({"noise": np.array([0.0, 0.0, 2.0, np.nan, np.inf])}, 0)
    assert view.grab().toImage() != plotted, "another step is marked"
    view.set_courses({}, 0)
    assert view.grab().toImage() == before


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_a_scrub_marks_another_step_on_courses_that_are_drawn_once(qtbot: QtBot, theme: Theme) -> None:
    """To the pixel as a view that draws all of it for this step."""
    courses = {"prior": np.linspace(0.0, 2.0, 40), "noise": np.sin(np.arange(40.0)) ** 2}
    scrubbed = shown(qtbot)
    scrubbed.set_theme(theme)
    for at in (3, 39, 0, 17):
        anew = shown(qtbot)
        anew.set_theme(theme)
        for view in (scrubbed, anew):
            view.set_values({"prior": 2.0 * at / 39, "noise": 0.25}, 2.0)
            view.set_courses(dict(courses), at)
        assert scrubbed.grab().toImage() == anew.grab().toImage()
    assert scrubbed.sheet.drawn == 1
    before = scrubbed.grab().toImage()
    scrubbed.set_courses({"prior": courses["noise"], "noise": courses["prior"]}, 17)
    assert scrubbed.grab().toImage() != before, "those of another run"
    assert scrubbed.sheet.drawn == 2


def test_sizes_beyond_all_digits_stay_in_their_column(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.set_values({"prior": float("inf"), "noise": 1.5e22}, 1.5e22)
    assert [view.written(name) for name, _ in TERMS] == ["∞", "1.5e22"]


def test_the_keyboard_lets_go_of_a_term_with_escape(qtbot: QtBot) -> None:
    view = shown(qtbot)
    told = list[str]()
    view.term_hovered.connect(told.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Escape):
        qtbot.keyClick(view, key)
    assert told == ["prior", "noise", ""]
    assert view.accessibleDescription().endswith("Prior step 0.5; Fresh noise 1")


def test_sizes_that_span_decades_are_seen_on_a_logarithmic_scale() -> None:
    linear = shares_of({"prior": np.array([1.0, 2.0, np.nan]), "noise": np.array([0.0, 4.0, 1.0])}, 4.0)
    assert np.array_equal(linear["prior"], [0.25, 0.5, np.nan], equal_nan=True)
    assert np.array_equal(linear["noise"], [0, 1, 0.25])
    decades = shares_of({"prior": np.array([1000.0, 10.0, 1.0, 1.0, 0.0, np.inf])}, 1000.0)
    assert np.allclose(decades["prior"], [1, 1 / 3, 0, 0, 0, 1])
