"""Consistency sampling: exact with the exact consistency function, and a blur with an ordinary denoiser."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks.closed_form import Law, Unit, last
from engines.checks.oracle_claims import blob
from engines.denoiser import Denoised, Denoiser
from engines.process.paths import Path, paths
from engines.process.times import time_grid
from engines.samplers.consistency import Consistency


class Exact(Denoiser):
    """Where the probability-flow ODE takes a state of one Gaussian, in closed form."""

    def __init__(self, data: Mixture, path: Path) -> None:
        self.data, self.path = data, path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        del cond
        alpha, sigma = self.path.alpha(t), self.path.sigma(t)
        values, vectors = torch.linalg.eigh(self.data.covariances[0])
        ratio = (values / (alpha.square() * values + sigma.square())).sqrt()
        mean = self.data.means[0]
        return Denoised(mean + (x - alpha * mean) @ vectors @ torch.diag(ratio) @ vectors.T)


def law(prior: Denoiser, path: Path, steps: int) -> tuple[Law, list[tuple[int, int]]]:
    """The law of the result, each of whose draws is set to 1 alone, and the draws."""
    draws = ((0, -1), *((k, 0) for k in range(steps - 1)))
    noise = Unit(tuple(range(1 + 2 * len(draws))), (2,), dtype=torch.float64, draws=draws)
    x = last(Consistency()(path, prior, path.initial(noise.initial()), time_grid(path, steps), noise=noise)).x
    columns = x[1:] - x[0]
    return Law(x[0], columns.T @ columns), noise.asked


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_exact_function_gives_the_law_of_the_data_in_any_number_of_steps(name: str, steps: int) -> None:
    path, data = paths()[name](), blob()
    found, asked = law(Exact(data, path), path, steps)
    exact = Law(data.means[0], data.covariance())
    # sampling begins at noise alone, which is a little off where a path leaves some of the data
    tolerance = 1e-6 + 2 * float(path.alpha(path.end))
    assert found.gap(exact) < (tolerance if name != "ve" else 0.01)
    assert asked == [(0, -1), *((k, 0) for k in range(steps - 1))], "no noise is in the result"


def test_an_ordinary_denoiser_gives_the_mean_in_one_step() -> None:
    """Which is why the sampler does not claim to be exact."""
    path, data = paths()["vp-cosine"](), blob()
    found, _ = law(MixtureDenoiser(data, path), path, 1)
    torch.testing.assert_close(found.mean, data.means[0], atol=0.01, rtol=0)
    assert float(found.covariance.abs().max()) < 1e-3
    assert not Consistency.exact
