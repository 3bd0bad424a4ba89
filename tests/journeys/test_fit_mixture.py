"""A mixture is fitted in the window, walked half step by half step, found again, and sampled with."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.window import Window
from widgets.fields.ellipses import Ellipses, Single
from widgets.fields.hills import Hills
from widgets.fields.particles import Particles
from workbench.pages.points_views.mixture import MixtureView
from workbench.workspaces.points import Points

RING = {"data": {"name": "ring"}, "components": 8, "start": {"name": "random-points"}}


def turned(window: Window, qtbot: QtBot) -> MixtureView:
    """Turn to the workspace by its tab and to the task."""
    qtbot.mouseClick(window.top.tabs.button("points"), Qt.MouseButton.LeftButton)
    window.navigator.choose_task("fit-mixture")
    return window.spaces.find(Points).sheet.view_of(MixtureView)


def fitted(window: Window, qtbot: QtBot, **values: object) -> str:
    """Fill the form and press Fit; gives the run once it is over."""
    form = window.panel.form
    assert form is not None
    form.set_values(values)
    window.panel.changed.emit()
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    stage = window.desk.stage
    qtbot.waitUntil(lambda: stage.live is not None and stage.live.fit.settled and stage.index == stage.last,
                    timeout=SOON)
    return str(ended.args[0])


@pytest.mark.parametrize(("height", "seen"), [(776, ("name", "count", "components")), (876, ("start", "compare"))])
def test_the_form_keeps_its_rows_beside_long_formulas(qtbot: QtBot, opened: Opener, height: int,
                                                      seen: tuple[str, ...]) -> None:
    """On a small screen the formulas of a fit are longer than the rest of the column; they scroll, the form does not.

    height: of the window, as a screen of 1280 × 800 or 1440 × 900 leaves it.
    """
    window = opened()
    window.resize(1280, height)
    turned(window, qtbot)
    fitted(window, qtbot, data={"name": "moons"})
    panel, scroll = window.panel, window.panel.findChildren(QScrollArea)[0]
    assert panel.form is not None
    rows = [panel.form.row(name) for name in seen]

    def shown() -> bool:
        feet = [row.editor.mapTo(scroll.viewport(), QPoint(0, row.editor.height())).y() for row in rows if row]
        return len(feet) == len(seen) and all(0 < foot <= scroll.viewport().height() for foot in feet)

    qtbot.waitUntil(shown)
    assert panel.run.mapTo(panel, QPoint(0, panel.run.height())).y() <= panel.height()
    assert window.equation.height() > window.equation.view.sizeHint().height() / 2


def test_a_fit_is_walked_by_its_half_steps(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    view = turned(window, qtbot)
    assert "Press Fit" in view.field.accessibleDescription()
    fitted(window, qtbot, **RING)
    stage, field, scrubber = window.desk.stage, view.field, window.timeline.scrubber
    assert stage.live is not None
    fit = stage.live.fit
    assert scrubber.slider.total == scrubber.slider.recorded == fit.last > 10
    assert isinstance(field.layer("single"), Single)
    seen = []
    for index in (0, 1, 2):
        scrubber.go(index)
        dots, shapes = field.layer("points"), field.layer("components")
        assert isinstance(dots, Particles)
        assert isinstance(shapes, Ellipses)
        np.testing.assert_array_equal(shapes.means, fit.steps[index].means)
        seen.append((np.asarray(dots.modes), shapes.means))
    (start, _), (e_shares, e_means), (m_shares, m_means) = seen
    np.testing.assert_allclose(start, 1 / 8)
    # the E step changes the colours alone, the M step the ellipses alone
    assert np.abs(e_shares - start).max() > 0.5
    np.testing.assert_array_equal(e_means, fit.steps[0].means)
    np.testing.assert_allclose(m_shares, e_shares)
    assert np.abs(m_means - e_means).max() > 0.01
    assert "M step 1" in field.accessibleDescription()
    assert window.equation.words == "M step 1"


def test_the_panel_of_equations_has_the_bound_and_the_gap_of_the_step(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    fitted(window, qtbot, **RING)
    stage, equation = window.desk.stage, window.equation.view
    assert stage.live is not None
    stage.move(4)
    step = stage.live.fit.steps[4]
    assert equation.values == {"likelihood": step.log_likelihood, "prior": step.bound,
                               "noise": step.log_likelihood - step.bound}
    assert equation.values["noise"] > 0
    stage.move(5)
    assert equation.values["noise"] == pytest.approx(0, abs=1e-8)
    assert "r_nc: the share of point n that component c has" in equation.toolTip().replace("\u200b", "")
    assert "nats" in equation.toolTip()
    assert "−" in equation.written("likelihood")


def test_the_curves_never_fall_and_lead_to_their_step(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    view = turned(window, qtbot)
    fitted(window, qtbot, **RING, compare=3)
    plots, stage = view.plots, window.desk.stage
    assert window.plots.pages.currentWidget() is plots
    level, bound = (curve.y for curve in plots.level._curves)
    assert (np.diff(level) >= -1e-10).all()
    assert (np.diff(bound) >= -1e-10).all()
    assert (bound <= level + 1e-10).all()
    plots.level.picked.emit(6.2)
    assert stage.index == 6
    # numbers of components are compared after the fit, and drawn as they come
    qtbot.waitUntil(lambda: bool(plots.bic._curves) and len(plots.bic._curves[0].y) == 3, timeout=SOON)
    assert not plots.bic.isHidden()
    assert [curve.title for curve in plots.bic._curves] == ["BIC", "AIC"]
    assert plots.bic._curves[0].xs.tolist() == [1, 2, 3]
    # another view has curves of its own
    window.navigator.choose_task("sample-points")
    window.desk.stage.show(None)
    own = window.spaces.find(Points).plots
    assert own is not None
    assert own is not plots
    assert window.plots.pages.currentWidget() is own


def test_a_fit_is_found_again_as_it_was(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    run = fitted(window, qtbot, **RING)
    assert window.desk.stage.live is not None
    steps = list(window.desk.stage.live.fit.steps)
    window.close()
    again = opened()
    view = turned(again, qtbot)
    again.navigator.load(run)
    stage = again.desk.stage
    qtbot.waitUntil(lambda: stage.run == run and stage.live is not None and len(stage.live.fit) == len(steps),
                    timeout=SOON)
    assert stage.live is not None
    for mine, theirs in zip(stage.live.fit.steps, steps, strict=True):
        np.testing.assert_array_equal(mine.means, theirs.means)
        assert (mine.half, mine.log_likelihood, mine.bound, mine.note) == (
            theirs.half, theirs.log_likelihood, theirs.bound, theirs.note)
    stage.move(2)
    assert isinstance(view.field.layer("components"), Ellipses)
    assert again.desk.library.run(run).metrics["components"] == 8


def test_points_are_sampled_with_the_mixture(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    fitted(window, qtbot, data={"name": "two-blobs"}, components=2, name="blobs")
    window.navigator.choose_task("sample-points")
    form = window.panel.form
    assert form is not None
    row = form.row("prior")
    assert row is not None
    form.set_values({"prior": "blobs", "data": {"name": "two-blobs"}, "steps": 20})
    assert form.values()["prior"] == "blobs"
    window.panel.changed.emit()
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    live = window.desk.stage.live
    assert live is not None
    qtbot.waitUntil(lambda: live.samples is not None, timeout=SOON)
    assert live.samples is not None
    assert live.samples.shape == (1000, 2)
    assert np.abs(live.samples.mean(axis=0)).max() < 0.2
    assert (live.samples[:, 0] < 0).mean() == pytest.approx(0.3, abs=0.08)


def test_a_line_is_fitted_as_hills(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    view = turned(window, qtbot)
    fitted(window, qtbot, data={"name": "two-peaks"}, components=2)
    assert view.field.plane.line
    assert isinstance(view.field.layer("components"), Hills)


def test_what_cannot_be_fitted_is_said(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    form = window.panel.form
    assert form is not None
    form.set_values({"components": 9, "count": 4})
    window.panel.changed.emit()
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "9 components cannot be fitted to 4 points" in window.bar.sentence, timeout=SOON)


def test_a_singular_component_is_told_at_its_step(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    view = turned(window, qtbot)
    # two points are left for each component, and two points are a line
    fitted(window, qtbot, data={"name": "ring"}, components=6, count=12)
    stage = window.desk.stage
    assert stage.live is not None
    (first, *_) = [step for step in stage.live.fit.steps if step.note]
    stage.move(first.index)
    assert not view.note.isHidden()
    assert "became singular" in view.note.text()
    stage.move(0)
    assert view.note.isHidden()
    assert "became singular" in stage.live.notice


def test_a_bad_start_and_an_early_end_are_said_at_the_last_step(qtbot: QtBot, opened: Opener) -> None:
    """Rounding is no gap: an axis of 1e-16 would tell of nothing."""
    window = opened()
    view = turned(window, qtbot)
    fitted(window, qtbot, **RING | {"start": {"name": "one-place"}})
    qtbot.waitUntil(lambda: "they stay together as one Gaussian" in view.note.text(), timeout=SOON)
    assert not view.note.isHidden()
    gap = view.curves.gap
    assert not gap._curves[0].y.any()
    assert (gap._scale.low, gap._scale.high) == (0.0, 1.0)
    window.desk.stage.move(0)
    assert view.note.isHidden()
    fitted(window, qtbot, **RING, iterations=1)
    qtbot.waitUntil(lambda: "raise Iterations" in view.note.text(), timeout=SOON)
