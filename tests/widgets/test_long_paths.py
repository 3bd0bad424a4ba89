"""Paths that would cover the field they are drawn on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSizeF

from widgets.fields.paths import INK, newest


def test_long_jagged_paths_leave_the_field_to_what_they_are_drawn_on() -> None:
    """Of them only the newest part is drawn, a fixed share of the field at most; of others every place."""
    rng = np.random.default_rng(1)
    size, jagged = QSizeF(200, 100), 100 + 30 * rng.normal(size=(4, 600, 2))
    kept = newest(jagged, size)
    lengths = np.hypot(*np.moveaxis(np.diff(kept, axis=1), 2, 0)).sum(axis=1)
    share = INK * 200 * 100 / 4
    assert (lengths <= share).all()
    assert (lengths > 0.8 * share).all()
    np.testing.assert_array_equal(kept[:, -10:], jagged[:, -10:])
    np.testing.assert_array_equal(newest(jagged[:, :5], size), jagged[:, :5])
    left = np.concatenate([jagged[:, :5], np.full((4, 1, 2), 1e6), np.full((4, 1, 2), np.nan)], axis=1)
    np.testing.assert_array_equal(newest(left, size), left, "what diverges keeps the way there")
