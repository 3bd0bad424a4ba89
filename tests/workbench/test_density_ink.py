"""The ink of a density: soft dabs in their place, the eraser, curves of the mouse, and what is kept of them."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.fields.density_ink import curved, dabbed, fixed, line_sheet, plane_sheet, taken_up


def test_a_stroke_adds_its_strength_in_the_middle_and_nothing_beyond_its_radius() -> None:
    along = np.stack([np.arange(10, 91, 2.5), np.full(33, 20.5)], axis=1)  # a quarter of the radius apart
    blank = np.zeros((40, 100), np.float32)
    ink = dabbed(blank, along, 10, 0.4)
    assert not blank.any()
    assert ink[20, 50] == pytest.approx(0.4, abs=0.01)
    assert not ink[:10].any()
    assert not ink[31:].any()
    assert (np.diff(ink[10:21, 50]) > 0).all()
    np.testing.assert_allclose(ink[10:21, 50], ink[30:19:-1, 50], atol=1e-6)
    twice = dabbed(ink, along, 10, 0.4)
    assert twice[20, 50] == pytest.approx(1 - 0.6**2, abs=0.01)
    erased = dabbed(ink, along, 10, 1.0, erase=True)
    assert erased[20, 50] < 0.01


def test_a_dab_beyond_the_edge_is_cut() -> None:
    ink = dabbed(np.zeros((6, 6), np.float32), np.array([[-1.0, 3.0], [50.0, 50.0]]), 3, 0.9)
    assert ink[2, 0] > 0
    assert not ink[:, 3:].any()


def test_places_of_the_plane_have_the_first_row_on_top() -> None:
    sheet = plane_sheet()
    left, bottom, right, top = sheet.box
    rows, columns = sheet.cells
    assert (right - left) / columns == pytest.approx((top - bottom) / rows)
    np.testing.assert_allclose(sheet.places(np.array([[left, top], [right, bottom]])), [[0, 0], [columns, rows]])


def test_the_mouse_draws_a_curve_whichever_way_it_goes() -> None:
    sheet = line_sheet(0.6)
    there = sheet.places(np.array([[-1.0, 0.06], [1.0, 0.54]]))
    ink = curved(sheet.blank(), there)
    middle = sheet.cells[1] // 2
    assert ink[0, middle] == pytest.approx(0.5, abs=0.01)
    assert ink[0, int(there[0, 0]) + 1] == pytest.approx(0.1, abs=0.02)
    assert not ink[0, :int(there[0, 0])].any()
    np.testing.assert_array_equal(curved(sheet.blank(), there[::-1]), ink)
    assert not curved(ink, there, erase=True).any()
    # above the plate is as high as it goes, and one place alone is a cell
    assert curved(sheet.blank(), np.repeat(sheet.places(np.array([[0.0, 9.0]])), 2, 0)).sum() == 1


def test_kept_ink_is_painted_on_and_anything_else_is_not() -> None:
    sheet = plane_sheet()
    ink = dabbed(sheet.blank(), np.array([[30.0, 30.0]]), 9, 0.7)
    kept = fixed(ink)
    np.testing.assert_allclose(taken_up(kept, sheet), ink, atol=0.5 / 255 + 1e-6)
    np.testing.assert_array_equal(fixed(taken_up(kept, sheet)), kept)
    for other in (None, kept[1:], np.zeros(sheet.cells)):
        assert not taken_up(other, sheet).any()
