"""Lines handed over in Qt's binary form are the same lines."""

from __future__ import annotations

import numpy as np

from widgets.drawing.strokes import chained, joined, polygon, segments


def test_segments_are_lines_between_their_ends_without_those_that_have_none() -> None:
    ends = np.array([[[0.0, 1.5], [2.25, -3.0]], [[np.nan, 0.0], [1.0, 1.0]], [[4.0, 5.0], [6.0, 7.0]]])
    path = segments(ends)
    found = [(path.elementAt(k).x, path.elementAt(k).y, path.elementAt(k).isMoveTo())  # pyright: ignore
             for k in range(path.elementCount())]
    assert found == [(0.0, 1.5, True), (2.25, -3.0, False), (4.0, 5.0, True), (6.0, 7.0, False)]


def test_lines_of_unequal_length_are_joined_each_with_its_own_start() -> None:
    lines = [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]]), np.array([[5.0, 5.0], [6.0, 5.0]])]
    points, first = chained(lines)
    path = joined(points, first)
    assert [path.elementAt(k).isMoveTo() for k in range(path.elementCount())] == [True, False, False, True, False]
    assert joined(*chained([])).isEmpty()


def test_a_polygon_has_its_corners_in_their_order() -> None:
    corners = np.array([[0.5, 1.0], [-2.0, 3.5], [7.0, -1.0]])
    found = polygon(corners).toList()
    assert [(point.x(), point.y()) for point in found] == [tuple(c) for c in corners.tolist()]
    assert polygon(corners[:0]).isEmpty()
