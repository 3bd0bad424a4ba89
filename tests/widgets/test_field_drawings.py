"""Fields as a drawing (SVG): everything lies where it does on the screen, and nothing leaves its plate."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtGui import QImage

from widgets.fields import particles
from widgets.fields.panels import FieldPanels
from widgets.fields.particles import Particles

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
POINTS = np.random.default_rng(0).normal(size=(200, 2)) * 0.3 + (0.8, 0.4)  # in a corner of the plate


@pytest.fixture(autouse=True)
def points(panels: FieldPanels) -> None:
    """Points in the right one of the two fields."""
    panels.fields[1].set_layer("particles", Particles(POINTS))


def drawn(panels: FieldPanels) -> ET.Element:
    """The drawing, read back."""
    return ET.fromstring(panels.svg().decode())


def shift(of: ET.Element) -> np.ndarray:
    """Where the origin of a group lies."""
    return np.array([float(part) for part in of.get("transform", "").removeprefix("matrix(")[:-1].split(",")][4:])


def test_particles_are_circles_where_they_are(panels: FieldPanels) -> None:
    """Each of its own, in the colour and strength of its kind; none without a place."""
    field = panels.fields[1]
    expected = field.frame().pixels(POINTS) + np.array((field.x(), field.y()))
    found = [shift(group) + (float(dot.get("cx", "")), float(dot.get("cy", "")))
             for group in drawn(panels).iter(f"{SVG}g") for dot in group.findall(f"{SVG}circle")]
    np.testing.assert_allclose(found, expected, atol=0.01)
    modes = np.arange(200) % 2
    field.set_layer("particles", Particles(np.where(modes[:, None] > 0, POINTS, np.nan), modes=modes))
    dots = [group for group in drawn(panels).iter(f"{SVG}g") if group.find(f"{SVG}circle") is not None]
    assert sum(len(group.findall(f"{SVG}circle")) for group in dots) == 100
    assert len({group.get("fill") for group in dots}) == 1


def test_of_very_many_particles_there_is_a_picture_where_they_are(panels: FieldPanels,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """Not stretched or squeezed into the part of the plate that they take."""
    monkeypatch.setattr(particles, "ROUND", 100)
    field = panels.fields[1]
    (group, image), = [(group, found) for group in drawn(panels).iter(f"{SVG}g")
                       for found in group.findall(f"{SVG}image")]
    picture = QImage.fromData(base64.b64decode(image.get(LINK, "").partition(",")[2]))
    ratio = field.devicePixelRatioF()
    sides = [float(image.get(side, "")) for side in ("width", "height")]
    assert sides == pytest.approx([picture.width() / ratio, picture.height() / ratio], abs=0.6)
    corner = shift(group) + (float(image.get("x", "")), float(image.get("y", "")))
    places = field.frame().pixels(POINTS) + np.array((field.x(), field.y()))
    assert corner == pytest.approx(places.min(axis=0), abs=5)
    assert corner + sides == pytest.approx(places.max(axis=0), abs=5)


def test_layers_are_cut_at_the_plate(panels: FieldPanels) -> None:
    """As those of one panel would else lie on the next."""
    cut = [group for group in drawn(panels).iter(f"{SVG}g") if group.get("clip-path")]
    assert any(group.iter(f"{SVG}circle") for group in cut)
    inside = sum(len(list(group.iter(f"{SVG}circle"))) for group in cut)
    assert inside == len(POINTS)
