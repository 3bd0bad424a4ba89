"""Colours of modes and ramps."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.drawing.hues import from_lab, hues, ramp, to_lab
from widgets.drawing.theme import DARK, LIGHT


def test_lab_is_inverted_and_ramps_are_even() -> None:
    colours = np.random.default_rng(0).random((50, 3))
    np.testing.assert_allclose(from_lab(to_lab(colours)), colours, atol=1e-6)
    for theme in (LIGHT, DARK):
        steps = np.linalg.norm(np.diff(to_lab(ramp(theme.bg1, theme.prior, 32)), axis=0), axis=1)
        assert steps.max() < 1.02 * steps.min()


@pytest.mark.parametrize("count", [2, 8])
def test_colours_of_modes_stay_apart(count: int) -> None:
    for theme in (LIGHT, DARK):
        lab = to_lab(hues(theme.accent, count))
        gaps = np.linalg.norm(lab[:, None] - lab[None], axis=-1) + 9 * np.eye(count)
        assert gaps.min() > 0.06
