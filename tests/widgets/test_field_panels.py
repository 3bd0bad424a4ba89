"""Fields side by side with one view and one probe."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import turn_wheel
from widgets.drawing.plane import Plane
from widgets.drawing.theme import DARK
from widgets.fields.density import Heat
from widgets.fields.layer import titled
from widgets.fields.line import DensityCurve
from widgets.fields.panels import FieldPanels
from widgets.fields.particles import Particles


def test_fields_side_by_side_move_together(panels: FieldPanels) -> None:
    left, right = panels.fields
    turn_wheel(left, left.frame().place(0.5, 0.5), 240)
    assert not panels.plane.fits
    assert left.frame().visible() == pytest.approx(right.frame().visible())
    right.pan_by(left.frame().place(0.3, 0.0) - left.frame().place(0.0, 0.0))
    assert left.frame().visible() == pytest.approx(right.frame().visible())


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_plates_are_equal_squares_that_do_not_touch(panels: FieldPanels, count: int) -> None:
    panels.set_captions([f"field {k}" for k in range(count)])
    plates = [field.plate().translated(field.pos()) for field in panels.fields]
    assert all(panels.rect().contains(plate.toRect()) for plate in plates)
    for k, one in enumerate(plates):
        assert one.size() == plates[0].size()
        assert count == 1 or one.width() == one.height()
        assert not any(one.intersects(other) for other in plates[:k])
    assert panels.fields[-1].accessibleName() == f"field {count - 1}"


def test_a_field_that_stays_keeps_its_layers(panels: FieldPanels) -> None:
    first = panels.fields[0]
    first.set_layer("particles", Particles(np.zeros((3, 2))))
    panels.set_captions(["only one"])
    panels.set_captions(["one", "two", "three"])
    assert panels.fields[0] is first
    assert first.layer("particles") in first.layers_shown()
    for wrong in ([], [""] * 5):
        with pytest.raises(ValueError, match="cannot be compared"):
            panels.set_captions(wrong)


def test_the_probe_is_shown_on_every_field(panels: FieldPanels, qtbot: QtBot) -> None:
    points: list[tuple[float, float]] = []
    taken: list[tuple[int, int]] = []
    panels.probed.connect(lambda x, y: points.append((x, y)))
    panels.selected.connect(lambda which, particle: taken.append((which, particle)))
    left, right = panels.fields
    right.set_layer("particles", Particles(np.array([[0.0, 0.0], [0.5, -0.5]])))
    qtbot.mouseMove(right, right.frame().place(0.5, -0.5).toPoint())
    assert left.probe == right.probe == points[-1]
    qtbot.mouseClick(right, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     right.frame().place(0.5, -0.5).toPoint())
    assert taken == [(1, 1)]
    qtbot.mouseMove(right, QPoint(1, 1))
    assert left.probe is None


def test_fields_take_the_theme_and_the_empty_sentence(panels: FieldPanels) -> None:
    panels.set_theme(DARK)
    panels.set_empty_text("Choose a data set to begin.")
    assert [field.theme for field in panels.fields] == [DARK, DARK]
    assert {field.empty_text for field in panels.fields} == {"Choose a data set to begin."}
    panels.grab()


def test_another_height_of_a_line_leaves_what_is_looked_at(qtbot: QtBot) -> None:
    plane = Plane(line=True)
    plane.set_extent((-3.0, -0.2, 3.0, 1.0))
    plane.move(4.0, (1.0, 0.0))
    plane.set_extent((-3.0, -0.4, 3.0, 2.0))
    assert (plane.zoom, plane.centre[0]) == (4.0, 1.0)
    plane.set_extent((-5.0, -0.4, 5.0, 2.0))
    assert plane.fits, "other values are looked at as a whole"
    plane.set_extent((-5.0, -0.4, 5.0, 3.0))
    assert plane.fits, "what was seen whole still is"
    with qtbot.assertNotEmitted(plane.changed):
        plane.set_extent((-5.0, -0.4, 5.0, 3.0))


@pytest.mark.parametrize("title", ["density", "density of class 2", "p(x)·p(c|x)² of class 2", "p(x)·p(c|x)¹⁰ of each"])
def test_every_panel_has_the_scale_of_its_density(qtbot: QtBot, title: str) -> None:
    """However long its title and narrow its plate: as much of the title is left as there is room for."""
    panels = FieldPanels()
    qtbot.addWidget(panels)
    panels.resize(690, 240)
    panels.set_captions(["a", "b", "c", "d"])
    field = panels.fields[1]
    foot = QRect(0, field.plate().toRect().bottom() + 2, field.width(), 14)
    none = field.grab(foot).toImage()
    heat = Heat(np.linspace(0, 0.28, 64).reshape(8, 8), (-1, -1, 1, 1), title)
    field.set_layers({"density": heat})
    wide, _ = heat.legend(field.frame()) or (0.0, None)
    assert 120 < wide <= field.plate().width()
    assert field.grab(foot).toImage() != none
    assert title in field.accessibleDescription()
    curve = DensityCurve(np.linspace(-1, 1, 9), np.ones(9), title)
    assert (curve.legend(field.frame()) or (999.0, None))[0] <= field.plate().width()


def test_a_title_loses_its_class_before_its_letters() -> None:
    assert titled("density of class 2", 500) == "density of class 2"
    assert titled("density of class 2", 60) == "density"
    assert titled("density of class 2", 30).endswith("…")


def test_a_fine_picture_is_drawn_anew_and_not_enlarged(panels: FieldPanels) -> None:
    """The rim of a dot is as narrow in pixels as on the screen."""
    panels.fields[0].set_layers({"dot": Particles(np.zeros((1, 2)))})
    image = panels.picture(8)
    assert image.size() == 8 * panels.size()
    middle = (panels.fields[0].frame().place(0, 0) + panels.fields[0].pos().toPointF()) * 8
    row = [image.pixelColor(round(middle.x()) + dx, round(middle.y())).lightness() for dx in range(-60, 60)]
    low, high = min(row), max(row)
    assert high - low > 60
    assert 1 <= sum(low + 10 < value < high - 10 for value in row) <= 6
