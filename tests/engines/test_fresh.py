"""Whether a sampler draws fresh noise, against the draws that its own runs ask for."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser, gaussian
from engines.checks.closed_form import Unit
from engines.component import validated
from engines.process.paths import paths
from engines.process.times import grids, time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import samplers
from engines.samplers.dopri5 import DormandPrince
from engines.samplers.fresh import draws_noise

ONE = gaussian(torch.zeros(2, dtype=torch.float64), torch.eye(2, dtype=torch.float64))
CHOICES = [(name, options) for name in samplers() for options in ({}, *(
    {"ddim": [{"eta": 0.01}, {"eta": 1.0}], "dpm++2m": [{"noisy": True}], "edm": [{"churn": 0.0}]}.get(name, [])))]


@pytest.mark.parametrize("path", sorted(paths()))
@pytest.mark.parametrize(("name", "options"), CHOICES)
def test_it_is_whether_runs_ask_for_noise(path: str, name: str, options: dict[str, object]) -> None:
    way, sampler = paths()[path](), validated(samplers()[name], options)
    for grid in grids().values():
        noise, x = Unit((0,), (2,), dtype=torch.float64), torch.ones(1, 2, dtype=torch.float64)
        for _ in sampler(way, MixtureDenoiser(ONE, way), x, time_grid(way, 12, grid()), noise=noise):
            pass
        assert bool(noise.asked) is draws_noise(sampler, way)


@pytest.mark.parametrize("name", samplers())
def test_a_sampler_has_an_order_where_it_draws_none_by_its_defaults(name: str) -> None:
    kind = samplers()[name]
    assert bool(kind.order) is not draws_noise(kind(), paths()["vp-cosine"]())


def test_one_that_adapts_its_steps_is_asked_by_its_usual_tolerance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each value of a slider would take a second else, in the thread of the window."""
    tried = list[float]()
    step = DormandPrince.step
    monkeypatch.setattr(DormandPrince, "step", lambda self, *rest: tried.append(self.tolerance) or step(self, *rest))
    for tolerance in (1e-9, 1e-8):
        assert not draws_noise(validated(DormandPrince, {"tolerance": tolerance}), VPCosine())
    assert set(tried) <= {DormandPrince().tolerance}
