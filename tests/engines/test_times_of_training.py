"""Which noise levels a training meets how often, against the law itself."""

from __future__ import annotations

import pytest
import torch
from scipy.stats import kstest, norm

from engines.process.paths import Path
from engines.process.prediction import V
from engines.training.draws import draw
from engines.training.objectives.base import Setting
from engines.training.objectives.laws import Even, LogNormal, time_laws
from engines.training.objectives.simple import Simple
from tests.engines.walked import PATHS

EVEN = torch.linspace(0.002, 1, 500, dtype=torch.float64)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("law", [kind() for kind in time_laws().values()], ids=lambda law: law.name)
def test_times_lie_on_the_path_in_their_order(path: Path, law: Even | LogNormal) -> None:
    t = law.times(path, path.t_max * EVEN)
    assert t.dtype == torch.float64
    assert float(t[0]) > 0
    assert float(t[-1]) <= path.t_max
    assert bool((t.diff() >= 0).all())


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_the_noise_is_log_normal(path: Path) -> None:
    """Its quantiles wherever the path has such noise."""
    share = torch.linspace(0.1, 0.9, 9, dtype=torch.float64)
    kappa = path.kappa(LogNormal(mean=-0.5, spread=0.7).times(path, path.t_max * share))
    wanted = torch.as_tensor(norm(-0.5, 0.7).ppf(share.numpy())).exp()
    torch.testing.assert_close(kappa, wanted, rtol=1e-6, atol=0)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_training_draws_them(path: Path) -> None:
    """Over its steps, spread over each batch as the even ones are."""
    objective, setting = Simple(law=LogNormal(mean=-1, spread=0.5)), Setting(path, V())
    times = list[torch.Tensor]()
    for step in range(100):
        draws = draw(0, step, (16, 1), path, 0.0)
        prepared = objective.prepared(setting, torch.zeros(16, 1), torch.zeros(16), draws)
        times.append(prepared.t)
        assert torch.equal(prepared.t.argsort(), draws.t.argsort())
        assert prepared.eps is draws.eps
    found = path.kappa(torch.cat(times)).log().numpy()
    assert kstest(found, norm(-1, 0.5).cdf).pvalue > 0.01


def test_even_levels_change_nothing_and_are_not_told() -> None:
    plain, told = Simple(), Simple(law=LogNormal())
    assert Even().times(PATHS[0], EVEN) is EVEN
    assert plain.lines() == told.lines()[:-1]
    assert told.lines()[-1] == LogNormal.formula[0]
