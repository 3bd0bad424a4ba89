"""Lines of equal height over grids as they are drawn: of single precision, with what is no number."""

from __future__ import annotations

import numpy as np

from widgets.fields.contours import contour


def test_contours_of_single_precision_go_round_what_is_no_number() -> None:
    """Without a warning, which would be an error here and a line on the console."""
    values = np.full((3, 3), 2.0, np.float32)
    values[1, 1] = np.nan
    lines = contour(values, (0.0, 0.0, 3.0, 3.0), 1.0)
    assert len(lines) == 4
    np.testing.assert_array_equal(lines, contour(values.astype(np.float64), (0.0, 0.0, 3.0, 3.0), 1.0))
