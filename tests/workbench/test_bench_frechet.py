"""The line “frechet”: what is sampled by both sides, how near it is to real digits, and when times compare."""

from __future__ import annotations

import json
import math
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engines.benchmarks import diffusers_peer
from engines.benchmarks import frechet as timed
from engines.benchmarks.frechet import Judge, OurBatches, Quality
from engines.benchmarks.peer_folder import ABOUT, Loop, ddim_loop, loop
from engines.data.digits import digits
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM
from engines.samplers.dpmpp import DPMSolverPP
from workbench.bench.line import Comparison
from workbench.bench.lines.frechet import figures

STEPS, TOTAL, BATCH = 4, 20, 10
MULTISTEP = loop("DPMSolverMultistepScheduler", VPCosine(), STEPS, {
    "algorithm_type": "dpmsolver++", "solver_order": 2, "timestep_spacing": "trailing"})


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of diffusers' own arrays
@pytest.mark.parametrize(("sampler", "peer"), [(DDIM(), ddim_loop(VPCosine(), STEPS)), (DPMSolverPP(), MULTISTEP)])
def test_both_sides_make_the_same_images_from_the_same_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                              sampler: Sampler, peer: Loop) -> None:
    """Of a batch in the middle, by both loops of the peer; its script runs here as it does in its own environment."""
    pytest.importorskip("diffusers")
    monkeypatch.setattr(timed, "compile_digits", lambda *_: None)  # a minute that changes the last bits only
    with closing(OurBatches(sampler, STEPS, TOTAL, BATCH, 1, lambda _: None)) as ours:
        ours.export(tmp_path, {"loop": peer})
        images, seconds = ours.sample(BATCH)
    sample = diffusers_peer.made(tmp_path, json.loads((tmp_path / ABOUT).read_text(encoding="utf-8")))
    theirs, spent = sample("loop", BATCH)
    assert images.shape == (BATCH, 1, 28, 28)
    np.testing.assert_allclose(images, theirs.numpy(), atol=1e-3)
    assert min(seconds, spent) > 0


def test_a_schedule_has_the_levels_of_the_path() -> None:
    known = ddim_loop(VPCosine(), 10)
    assert len(known.betas) == len(known.moments) == 10
    noise = math.cos((0.999 + 0.008) / 1.008 * math.pi / 2) ** 2
    assert np.prod(1 - np.array(known.betas)) == pytest.approx(noise, rel=1e-3)
    assert known.moments[-1] == pytest.approx(999, rel=1e-6)


def test_real_digits_are_nearer_than_inverted_ones() -> None:
    data, judge = digits(), Judge()
    images = data.batch(data.test[:300])[0].numpy()
    near, far = (judge.quality([sign * images[k:k + 100] for k in (0, 100, 200)]) for sign in (1, -1))
    assert near.distance < far.distance
    assert near.without.shape == (3,)


def test_the_error_of_a_mean_is_the_usual_one() -> None:
    """And a difference is known better than each of two that err alike."""
    values = np.array([3.0, 4.0, 8.0, 5.0])
    mean = Quality(values.mean(), (values.sum() - values) / 3)
    assert mean.error() == pytest.approx(values.std(ddof=1) / 2)
    assert mean.error(Quality(mean.distance + 1, mean.without + 1)) == pytest.approx(0)


def judged(own: float, ddim: float) -> list[Comparison]:
    """The figures of two rounds in which ours takes 1 s, DDIM 5 s and the other 2 s an image."""
    qualities = {name: Quality(value, np.array([value, value]))
                 for name, value in (("ours", own), ("ddim", ddim), ("dpm", ddim))}
    return figures(qualities, {"ours": [1.0, 1.0], "ddim": [5.0, 5.0], "dpm": [2.0, 2.0]}, "two threads")


def test_times_compare_only_at_the_quality_of_the_peer() -> None:
    assert [(one.ratio, one.ok) for one in judged(3.6, 3.6)] == [(0.2, True), (0.5, True)]
    for one in judged(3.61, 3.6):
        assert not one.ok
        assert "farther than DDIM’s" in one.note
