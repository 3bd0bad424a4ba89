"""Streamlines have no corners at the size of a screen, few points where they are straight, and heads half-way."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.fields.paths import middles
from widgets.fields.streamlines import LEAST, STEP, calmed, rounded, streamlines

BOX = (-2.0, -2.0, 2.0, 2.0)


def field(across: np.ndarray, up: np.ndarray) -> np.ndarray:
    return np.stack([across, up], axis=-1)


def places(count: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the middles of count × count cells."""
    middle = (np.arange(count) + 0.5) * 4 / count - 2
    x, y = np.meshgrid(middle, middle)
    return x, y


def turns(line: np.ndarray) -> np.ndarray:
    """Radians between one stretch of a line and the next."""
    along = np.diff(line, axis=0)
    angle = np.unwrap(np.arctan2(along[:, 1], along[:, 0]))
    return np.abs(np.diff(angle))


@pytest.mark.parametrize("count", [8, 24])
def test_no_corner_is_seen_in_a_turning_field_however_coarse_it_is(count: int) -> None:
    x, y = places(count)
    lines = streamlines(field(-y, x), BOX)
    assert len(lines) > 10
    assert max(float(turns(line).max()) for line in lines if len(line) > 2) < 0.2


def test_a_straight_line_has_two_points() -> None:
    x, y = places(12)
    lines = streamlines(field(np.ones_like(x), 0 * y), BOX)
    assert {len(line) for line in lines} == {2}
    shortest = min(np.hypot(*(line[-1] - line[0])) for line in lines)
    assert shortest > (LEAST - 2) * STEP * 4 / 24


def test_no_line_runs_to_and_fro_along_a_crest() -> None:
    """The flow parts at a slanted crest: followed back, it leads there from both sides."""
    x, y = places(60)
    side = np.sign(x - 0.3 * y)
    lines = streamlines(field(0.9 * side, 0.4 + 0 * x), BOX)
    assert len(lines) > 20
    for line in lines:
        if len(line) > 2:
            assert turns(line).sum() < 1.6, "a line leaves its crest once"


def test_a_zigzag_is_calmed_and_a_bend_stays() -> None:
    ways = np.stack([np.arange(20.0), 0.5 * (np.arange(20) % 2)], axis=1)
    assert np.ptp(calmed(ways)[4:-4, 1]) < 0.02
    angle = np.linspace(0, np.pi, 30)
    bend = 0.5 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    np.testing.assert_allclose(np.hypot(*calmed(bend).T), 0.5, atol=2e-3)
    np.testing.assert_allclose(np.hypot(*rounded(bend).T), 0.5, atol=1e-3)


def test_heads_are_half_way_by_length_whatever_points_there_are() -> None:
    points = np.array([[0.0, 0.0], [90.0, 0.0], [95.0, 0.0], [100.0, 0.0], [0.0, 50.0], [0.0, 90.0]])
    arrows = middles(points, np.array([True, False, False, False, True, False]))
    np.testing.assert_allclose(arrows[:, 1], [[50, 0], [0, 70]])
    np.testing.assert_allclose(arrows[:, 1] - arrows[:, 0], [[10, 0], [0, 10]])
    assert middles(points[:1], np.array([True])).shape == (1, 2, 2), "a line of one point has none to speak of"
