"""The forward process: in parts where it is large, with the bits of a whole."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.component import validated
from engines.events import Opened, Progressed, Sampled, Stepped
from engines.tasks import noise
from engines.tasks.base import task
from engines.tasks.noise import NoiseOptions
from tests.engines.small import context


def test_large_states_are_made_in_parts_so_that_a_stop_acts_between_them(tmp_path: Path,
                                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """Two samples at a time: the same numbers, and progress that never runs ahead of the steps."""
    photo = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(photo, "PNG")
    options = validated(NoiseOptions, {"count": 5, "size": 8, "steps": 2})
    surroundings = context(tmp_path, files={"image.png": photo.getvalue()})
    whole = list(task("noise").run(options, surroundings))
    assert not any(isinstance(event, Progressed) for event in whole)
    monkeypatch.setattr(noise, "AT_ONCE", 2 * 3 * 8 * 8)
    parts = list(task("noise").run(options, surroundings))
    assert isinstance(parts[0], Opened)
    assert [event.done for event in parts if isinstance(event, Progressed)] == [0, 0, 0, 0, 0, 0, 1, 1]
    for a, b in zip((e.step for e in whole if isinstance(e, Stepped)),
                    (e.step for e in parts if isinstance(e, Stepped)), strict=True):
        assert a.x.equal(b.x)
        assert a.x0.equal(b.x0)
        assert all(a.terms[name].equal(b.terms[name]) for name in a.terms)
    assert [e.sha256 for e in whole if isinstance(e, Sampled)] == [e.sha256 for e in parts if isinstance(e, Sampled)]
