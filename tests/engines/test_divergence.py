"""A walk that leaves the size of its data: ended where that is beyond doubt, and never where it is merely poor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as File

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.component import validated
from engines.context import Context
from engines.data.points.mixtures import Ring
from engines.denoiser import Denoised, Denoiser
from engines.device import device
from engines.errors import BadInput, Diverged
from engines.events import Stepped
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.times import grids, time_grid
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler, Step, samplers
from engines.samplers.ddim import DDIM
from engines.samplers.divergence import FAR, MOVES, Watch
from engines.sampling import Plan, steps
from engines.tasks.base import task
from engines.tasks.sample_points import SamplePointsOptions


def run(folder: File, **sampler: object) -> Iterator[Step]:
    chosen = validated(SamplePointsOptions, {"count": 40, "sampler": sampler})
    for event in task("sample-points").run(chosen, Context(device("cpu"), folder)):
        if isinstance(event, Stepped):
            yield event.step


@pytest.mark.parametrize("name", ["langevin", "annealed-langevin"])
def test_a_step_that_is_too_large_ends_at_the_step_where_it_is_beyond_doubt(name: str, tmp_path: File) -> None:
    """The default 60 steps overflow nothing: without a look at the size they would all be made, and called done."""
    found = list[Step]()
    with pytest.raises(Diverged) as raised:
        found.extend(run(tmp_path, name=name, size=3.0))
    last = found[-1]
    assert 2 <= last.index < 30
    assert f"at step {last.index + 1} the state is " in str(raised.value)
    assert str(raised.value).endswith("choose a step size below 2, where it is 3 now.")
    assert all(bool(step.x.isfinite().all()) for step in found), "what is recorded can be looked at"


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("spacing", sorted(grids()))
def test_no_sampler_is_refused_for_being_poor(name: str, spacing: str) -> None:
    """Few steps on any grid blow some samplers up; they end all the same, and what is poor is told elsewhere."""
    path, noise = paths()[name](), Noise(sample_seeds(0, 8), (2,))
    mixture = Ring().oracle()
    assert mixture is not None
    for kind in samplers().values():
        for count in (2, 3):
            plan = Plan("", path, MixtureDenoiser(mixture, path), kind(), time_grid(path, count, grids()[spacing]()),
                        noise, (-1,) * 8)
            try:
                assert bool(list(steps(plan))[-1].x.isfinite().all())
            except BadInput:
                continue  # it cannot be at all, which its own sentence says


def looked(path: Path, states: list[float], sampler: Sampler | None = None) -> int:
    """How many states of these sizes, all at the time 1, are let through."""
    watch = Watch(path, sampler or DDIM(), path.end.expand(len(states)))
    for k, size in enumerate(states):
        x = torch.full((4, 2), size)
        try:
            watch.look(Step(k, len(states), path.t_max, x, x, k))
        except Diverged:
            return k
    return len(states)


def test_size_is_measured_beside_that_of_noise_on_the_path() -> None:
    """A state of 1,000 is what noise at sigma 1,000 has; on a path that keeps its variance it is none."""
    states = [10 * 2.0**k for k in range(12)]
    assert looked(VE(sigma_max=1000.0), states) == 12
    assert looked(VPCosine(), states) == MOVES


def test_it_takes_size_and_growth_over_many_moves() -> None:
    assert looked(VPCosine(), [2 * FAR] * 50) == 50, "large and at rest, as from a step that was far too long"
    assert looked(VPCosine(), [FAR * 10 / (k + 1) for k in range(50)]) == 50
    assert looked(VPCosine(), [FAR * 1.05**k for k in range(50)]) == 50, "far from the beginning, and little more"
    assert looked(VPCosine(), [0.001 * 1.2**k for k in range(63)]) == 63, "growth alone, to no more than is far"
    assert looked(VPCosine(), [0.001 * 1.2**k for k in range(80)]) == 64, "the first above it"
    assert looked(VPCosine(), [1.0, 1e4, 1e5, 1e6]) == 4, "a few moves alone"
    assert looked(VPCosine(), [1.0, 1e9]) == 1, "so large that float32 does not know the data any more"
    assert looked(VPCosine(), [1.0, 1e30, 1e38]) == 1
    assert looked(VPCosine(), [1.0, float("nan")]) == 1


def test_a_network_that_sees_no_noise_is_poor_and_not_diverging() -> None:
    """All of the noise stays in x/alpha: 642 times the data at the end, and every step larger than the one before."""

    class Blind(Denoiser):
        def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
            return Denoised(x / VPCosine().alpha(t))

    plan = Plan("", VPCosine(), Blind(), DDIM(), time_grid(VPCosine(), 60), Noise((1, 2), (2,)), (-1, -1))
    assert float(list(steps(plan))[-1].x.abs().max()) > FAR
