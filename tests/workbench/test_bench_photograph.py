"""The line “photograph”: what is restored, what is told of it, and what where there is no model."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from engines.benchmarks.scene import scene
from engines.events import Opened, Shown
from tests.engines.small import save_anywhere
from workbench.bench.line import Settings, lines
from workbench.bench.lines.photograph import DONE, SIDE, UNTOLD, Took, figures, run, took


def settings(model: str = "") -> Settings:
    return Settings(1, None, lambda _: None, model)


def test_half_of_the_pixels_are_lost_of_a_picture_at_its_own_size(tmp_path: Path) -> None:
    pixels = scene(32)
    found = list(run(str(save_anywhere(tmp_path)), pixels))
    measured = next(event.picture for event in found if isinstance(event, Shown) and event.name == "measured")
    (opened,) = (event for event in found if isinstance(event, Opened))
    assert opened.shape[-3:] == (3, 32, 32)
    far, seen = (np.any(np.abs(one.astype(int) - 128) > 60, axis=-1) for one in (pixels, measured))
    assert 0.4 < seen[far].mean() < 0.6, "what was lost is grey"


def test_a_scene_is_the_same_each_time_and_has_all_its_parts() -> None:
    pixels = scene(SIDE)
    assert pixels.shape == (512, 512, 3)
    assert (pixels == scene(SIDE)).all()
    assert pixels[100, 360].tolist() == pytest.approx([250, 215, 120], abs=15), "the sun"
    assert pixels[500, 10, 1] > pixels[500, 10, 2], "green below"
    assert pixels[10, 10, 2] > pixels[10, 10, 1], "and blue above"


def test_what_it_took_is_beside_its_limits(tmp_path: Path) -> None:
    found = took(str(save_anywhere(tmp_path)), 32)
    assert 0 < found.first <= found.end
    assert found.peak > 50
    assert np.isfinite(found.psnr)
    done, preview, memory = figures(Took(4.0, 61.0, 3000.0, 25.25), settings())
    assert (done.ok, preview.ok, memory.ok) == (False, True, True)
    assert "PSNR 25.25 dB" in done.note
    assert not figures(Took(4.0, 50.0, 3100.0, 25.0), settings())[2].ok
    untold = figures(Took(4.0, 50.0, math.nan, 25.0), settings())[2]
    assert (untold.ok, untold.note) == (False, UNTOLD), "what cannot be measured meets no goal"


def test_without_a_model_there_is_one_sentence() -> None:
    (line,) = lines("photograph")
    (found,) = line.measure(settings("nowhere"))
    assert (found.name, found.ok) == (DONE, False)
    assert "“nowhere”" in found.note
