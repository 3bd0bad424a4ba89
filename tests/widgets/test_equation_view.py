"""Formulas and the equation: typeset, read aloud, coloured, as dense as there is room."""

from __future__ import annotations

import gc
import unicodedata

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from widgets.drawing.theme import DARK, LIGHT
from widgets.drawing.tips import ColumnTip
from widgets.formulas.equation_view import EquationView
from widgets.formulas.formula import coloured, plain_latex, spoken, svg

FORMULA = r"x_s = \term{prior}{\alpha_s \hat x_0} + \term{noise}{\sqrt{v}\,z}"


def test_terms_are_coloured_by_theme_and_read_aloud() -> None:
    """The same formula for the eye, for paper and for the ear."""
    assert rf"\textcolor{{{DARK.prior}}}{{\alpha_s \hat x_0}}" in coloured(FORMULA, DARK)
    assert plain_latex(FORMULA) == r"x_s = \alpha_s \hat x_0 + \sqrt{v}\,z"
    assert spoken(FORMULA) == "x_s = α_s x̂_0 + √v z"


def test_formulas_are_typeset_in_both_themes() -> None:
    """QtSvg must find ink of the term's colour."""
    for theme in (DARK, LIGHT):
        assert theme.prior.lower() in svg(FORMULA, theme).decode().lower()


def test_equation_view_copies_latex_and_tells_the_hovered_term(qtbot: QtBot) -> None:
    """By keyboard too."""
    view = EquationView()
    view.resize(300, 160)
    qtbot.addWidget(view)
    view.set_equation([FORMULA], [("prior", "Prior step"), ("noise", "Fresh noise")])
    view.set_values({"prior": 2.0, "noise": 1.0}, 4.0)
    assert "Prior step 2" in view.accessibleDescription()
    with qtbot.waitSignal(view.term_hovered) as signal:
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert signal.args == ["prior"]
    view.copy_latex()
    assert QGuiApplication.clipboard().text() == plain_latex(FORMULA)


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_the_tooltip_stays_in_the_column_of_the_equation(qtbot: QtBot) -> None:
    """So that it does not cover the canvas beside it, where hovering a term shows arrows."""
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(100, 50, 500, 400)
    view = EquationView("The size of a term is the norm of what the formula shows in its colour, over all samples.",
                        window)
    ColumnTip(view)
    view.set_equation([FORMULA], [("prior", "Prior step")], [(r"\hat x_0", "the estimate of the clean data")])
    for place in (QRect(200, 0, 300, 120), QRect(200, 230, 300, 170)):
        view.setGeometry(place)
        window.show()
        QToolTip.hideText()
        QGuiApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), view.mapToGlobal(QPoint(5, 5))))
        tip = next(each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel") and each.isVisible())
        shown = QRect(view.mapToGlobal(QPoint(0, 0)), view.size())
        assert tip.x() >= shown.left()
        assert not tip.geometry().intersects(shown), "the formula stays in sight"
    QToolTip.hideText()


def test_the_tooltip_explains_the_letters(qtbot: QtBot) -> None:
    """Between the formulas as text and the note on sizes; without a formula there is nothing to explain."""
    view = EquationView("Sizes are norms.")
    qtbot.addWidget(view)
    letters = [(r"\hat x_0", "the estimate"), (r"\sigma_{s|t}", "the noise")]
    view.set_equation([FORMULA], [("prior", "Prior step")], letters)
    assert view.toolTip().split("\n") == ["xₛ = αₛ x̂₀ + √v z", "x̂₀: the estimate", "σ_s|t: the noise",
                                          "Sizes are norms."]
    view.set_equation([FORMULA], [("prior", "Prior step")], [(r"\lambda", "another meaning")])
    assert "λ: another meaning" in view.toolTip().split("\n")
    view.set_equation((), ())
    assert not view.toolTip()


def test_equation_view_lets_go_of_what_it_no_longer_shows(qtbot: QtBot) -> None:
    gc.collect()  # views of tests before this one may still wait for it
    before = drawings()
    view = EquationView()
    qtbot.addWidget(view)
    for _ in range(5):
        view.set_equation([FORMULA], [("prior", "Prior step")])
    assert drawings() <= before + 1


def drawings() -> int:
    """How many drawings are alive."""
    return sum(type(found) is QSvgRenderer for found in gc.get_objects())


def test_equation_bars_are_as_long_as_their_values(qtbot: QtBot) -> None:
    """Half the largest size is half a bar of the term's colour."""
    view = EquationView()
    view.resize(300, 160)
    qtbot.addWidget(view)
    view.set_equation([FORMULA], [("prior", "Prior step")])
    inked = list[int]()
    for value in (2.0, 4.0):
        view.set_values({"prior": value}, 4.0)
        image = view.grab().toImage()
        rows = range(image.height())
        inked.append(max(sum(image.pixelColor(x, y).name() == DARK.prior.lower() for x in range(image.width()))
                         for y in rows))
    assert inked[0] == pytest.approx(inked[1] / 2, abs=8)


def test_an_equation_is_denser_before_it_is_cut(qtbot: QtBot) -> None:
    """At its least height every row is inside, and the pointer finds the one it is on."""
    view = EquationView()
    qtbot.addWidget(view)
    view.set_equation((FORMULA, FORMULA), (("prior", "Prior step"), ("noise", "Fresh noise")))
    for height in (view.minimumSizeHint().height(), view.sizeHint().height(), 400):
        view.resize(300, height)
        last = [y for y in range(height) if view._term_at(QPointF(20, y)) == "noise"]
        assert len(last) >= 15
        assert last[-1] < height
    assert view.minimumSizeHint().height() < view.sizeHint().height()


def test_the_sizes_of_an_equation_share_their_decimals(qtbot: QtBot) -> None:
    """As drawn: 12.81 over 6.02; the largest size of the whole run decides."""
    view = EquationView()
    qtbot.addWidget(view)
    view.set_equation((FORMULA,), (("prior", "Prior step"), ("noise", "Fresh noise")))
    view.set_values({"prior": 12.81, "noise": 6.0249}, 14.0)
    assert [view.written(name) for name in ("prior", "noise")] == ["12.81", "6.02"]
    view.set_values({"prior": 4.21, "noise": float("nan")}, 4.5)
    assert [view.written(name) for name in ("prior", "noise")] == ["4.210", "–"]


def test_a_note_of_its_own_and_numbers_below_zero(qtbot: QtBot) -> None:
    """A log-likelihood is negative: its bar is as long as it is large, and its sign a true minus."""
    view = EquationView("Sizes are norms.")
    qtbot.addWidget(view)
    view.set_equation([FORMULA], [("prior", "Bound"), ("noise", "Gap")], (), "In nats.")
    assert view.toolTip().split("\n")[-1] == "In nats."
    view.set_values({"prior": -1234.5, "noise": 0.125}, 1234.5, 2)
    assert (view.written("prior"), view.written("noise")) == ("−1,234.50", "0.12")
    view.resize(300, 120)
    picture = view.grab().toImage()
    colour = QColor(view.theme.prior)
    across = [x for x in range(picture.width()) if any(picture.pixelColor(x, y) == colour for y in range(120))]
    assert max(across) - min(across) > 60
    view.set_equation([FORMULA], [("prior", "Bound")])
    assert view.toolTip().split("\n")[-1] == "Sizes are norms."


def test_a_fraction_with_indices_is_read_as_one() -> None:
    assert spoken(r"\log\frac{\pi_c\, g_c}{r_{nc}}") == "log(π_c g_c)/(r_nc)"
    assert spoken(r"\sum_n x_n^\top") == "Σ_n x_n^T"


@pytest.mark.parametrize(("latex", "told"), [
    (r"\frac{1}{\sqrt{2\pi|\Sigma|}} + x", "(1)/(√(2π|Σ|)) + x"),
    (r"\frac{\frac{a}{b}}{c_{s|t}}", "((a)/(b))/(c_s|t)"),
    (r"\sqrt{\frac{1 - \bar\alpha_s}{1 - \bar\alpha_t}}\,z", "√((1 - ᾱ_s)/(1 - ᾱ_t)) z"),
    (r"\frac{x}{\sqrt{1 + \frac{\sqrt{v_t}}{2}}}", "(x)/(√(1 + (√v_t)/(2)))"),
    (r"\sqrt{\sigma_t} \le \frac{1}{2}", "√σ_t ≤ (1)/(2)"),
    (r"x_{i+1}^{2t} - r_{nc}\kappa^{1/\rho} v^{-2}", "x_(i+1)^(2t) - r_ncκ^(1/ρ) v^-2")])
def test_fractions_and_roots_are_read_however_deep(latex: str, told: str) -> None:
    assert unicodedata.normalize("NFC", spoken(latex)) == unicodedata.normalize("NFC", told)
