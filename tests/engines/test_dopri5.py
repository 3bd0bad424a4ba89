"""Dormand–Prince: it keeps its tolerance, ends whatever the network says, and asks for no more than numbers hold."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.closed_form import flow_end, last
from engines.checks.oracle_claims import blob, blobs
from engines.component import build
from engines.denoiser import Denoised, Denoiser
from engines.errors import BadOption
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import paths
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Step
from engines.samplers.dopri5 import MOST_CALLS, DormandPrince

PATH = VPCosine()
FINE = Noise(sample_seeds(0, 8), (2,), dtype=torch.float64)


class _Rough(Denoiser):
    """The estimate of two blobs, shaken by a size: too fast for any step, as rounding is."""

    def __init__(self, size: float, rate: float = 1e3) -> None:
        self.prior, self.size, self.rate = MixtureDenoiser(blobs(), PATH), size, rate

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        return Denoised(self.prior(x, t, cond) + self.size * (self.rate * x + 1e5 * float(t)).sin())


def made(denoiser: Denoiser, steps: int, tolerance: float, noise: Noise = FINE) -> Step:
    """The last step of a run on the cosine path."""
    sampler = build(DormandPrince, {"tolerance": tolerance})
    return last(sampler(PATH, denoiser, PATH.initial(noise.initial()), time_grid(PATH, steps), noise=noise))


@pytest.mark.parametrize("name", sorted(paths()))
def test_the_exact_flow_is_kept_within_the_tolerance(name: str) -> None:
    """Of the moves of the grid the last is Euler's, so the data have been reached but for its error."""
    path = paths()[name]()
    start = path.initial(FINE.initial())
    times = torch.tensor([path.t_max, 1e-4, 0.0], dtype=torch.float64)
    for tolerance in (1e-3, 1e-5):
        sampler = build(DormandPrince, {"tolerance": tolerance})
        end = last(sampler(path, MixtureDenoiser(blob(), path), start, times, noise=FINE))
        assert float((end.x - flow_end(path, start, blob())).abs().max()) < 10 * tolerance + 1e-5
        assert end.nfe < MOST_CALLS


def test_a_smaller_tolerance_costs_more_and_errs_less() -> None:
    prior = MixtureDenoiser(blobs(), PATH)
    best = made(prior, 4, 1e-10).x
    runs = [made(prior, 4, tolerance) for tolerance in (1e-3, 1e-5, 1e-7)]
    errors = [float((run.x - best).abs().max()) for run in runs]
    assert [run.nfe for run in runs] == sorted({run.nfe for run in runs})
    assert errors[0] > 10 * errors[1] > 100 * errors[2]


@pytest.mark.parametrize("size", [1e-3, 0.1, 10.0])
def test_a_network_that_is_not_smooth_ends_all_the_same(size: float) -> None:
    """Refused steps shrink to the least one, also that to the end of a move, which once came again for ever."""
    run = made(_Rough(size), 6, 1e-2)
    assert bool(run.x.isfinite().all())
    assert run.nfe < 6 * MOST_CALLS


def test_what_takes_too_long_is_said_in_one_sentence() -> None:
    with pytest.raises(BadOption, match=r"^Dormand–Prince needs more than 1,200 evaluations from t = 0\.999 to 0\.499; "
                                        r"choose a larger tolerance, more steps or another sampler\.$"):
        made(_Rough(1.0), 2, 1e-6)


def test_no_more_is_asked_for_than_float32_holds() -> None:
    """At a tolerance below its rounding it takes about the evaluations of one above, and is as good."""
    coarse = Noise(FINE.seeds, FINE.shape)
    prior = MixtureDenoiser(blobs(), PATH)
    single, double = made(prior, 4, 1e-9, coarse), made(prior, 4, 1e-9)
    assert single.x.dtype is torch.float32
    assert single.nfe < 0.7 * double.nfe
    assert float((single.x - double.x).abs().max()) < 1e-3


def test_numbers_that_are_none_end_the_move() -> None:
    class Broken(Denoiser):
        def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
            return Denoised(x * math.nan)

    assert bool(made(Broken(), 3, 1e-4).x.isnan().all())
