"""Journeys along paths whose variance is not kept: what is seen stays of the size of a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from tests.journeys.test_images import Opener, fill, press_run


def test_noise_that_explodes_is_seen_as_noise_and_not_as_black_and_white(
        qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.tile(np.arange(0, 256, 8, dtype=np.uint8), (32, 1))).save(photo)
    window = opened()
    window.resize(1440, 900)
    window.drop.open(photo)
    fill(window, "noise", {"steps": 8, "size": 16, "count": 2, "path": "ve"})
    press_run(qtbot, window)
    stage = window.desk.stage
    for step in (5, 7, 8):
        stage.move(step)
        shown = stage.frames()
        assert shown is not None
        assert 0.5 < float(shown.std()) < 1.2
