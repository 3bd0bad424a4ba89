"""The Markov chain of DDPM against the algebra of Gaussians by matrices, on every path and grid."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engines.process.chain import Chain, linear_betas
from engines.process.paths import paths
from engines.process.times import grids, time_grid
from engines.process.vp_linear import VPLinear


def _joint(chain: Chain) -> Tensor:
    """Covariance (N, N) of (x_1 … x_N) given x_0, from the kernels: x = L z with z of unit variance."""
    n = chain.steps
    mixing = torch.zeros(n, n, dtype=torch.float64)
    for row in range(n):
        if row:
            mixing[row] = chain.keep[row + 1] * mixing[row - 1]
        mixing[row, row] = chain.beta[row + 1].sqrt()
    return mixing @ mixing.T


@pytest.mark.parametrize("grid", sorted(grids()))
@pytest.mark.parametrize("name", sorted(paths()))
def test_the_posterior_is_the_conditional_of_the_whole_chain(name: str, grid: str) -> None:
    """x_{n−1} given x_0 and all of x_n … x_N: the later ones say nothing more than x_n."""
    path = paths()[name]()
    chain = Chain.of_path(path, time_grid(path, 8, grids()[grid]()))
    joint, means = _joint(chain), chain.alpha[1:]
    torch.testing.assert_close(joint.diag(), chain.sigma2[1:])
    for n in range(2, chain.steps + 1):
        later = slice(n - 1, chain.steps)
        gain = torch.linalg.solve(joint[later, later], joint[later, n - 2])
        assert float(gain[0]) == pytest.approx(float(chain.of_state[n]), rel=1e-6)
        assert float(gain[1:].abs().sum()) < 1e-6
        assert float(means[n - 2] - gain @ means[later]) == pytest.approx(float(chain.of_data[n]), rel=1e-5, abs=1e-9)
        left = joint[n - 2, n - 2] - gain @ joint[later, n - 2]
        assert float(left) == pytest.approx(float(chain.beta_tilde[n]), rel=1e-5)


def test_betas_give_the_formulas_of_ddpm() -> None:
    """Ho et al. 2020, eq. 4 and 7, as written there."""
    beta = linear_betas()
    chain, alpha = Chain.of_betas(beta), 1 - beta
    abar, one = alpha.cumprod(0), torch.ones(1, dtype=torch.float64)
    assert float(beta[0]) == pytest.approx(1e-4)
    assert float(beta[-1]) == pytest.approx(0.02)
    torch.testing.assert_close(chain.abar[1:], abar)
    torch.testing.assert_close(chain.sigma2[1:], 1 - abar)
    before = torch.cat([one, abar[:-1]])
    torch.testing.assert_close(chain.of_data[1:], before.sqrt() * beta / (1 - abar))
    torch.testing.assert_close(chain.of_state[1:], alpha.sqrt() * (1 - before) / (1 - abar))
    torch.testing.assert_close(chain.beta_tilde[1:], (1 - before) / (1 - abar) * beta)


def test_the_first_step_back_is_the_data() -> None:
    path = VPLinear()
    chain, x = Chain.of_path(path, time_grid(path, 5)), torch.randn(3, 4, dtype=torch.float64)
    torch.testing.assert_close(chain.posterior_mean(1, 7 * x, x), x)
    assert float(chain.beta_tilde[1]) == 0


def test_a_chain_noises_as_its_path_does() -> None:
    """Any trailing shape, and the dtype of the data."""
    path, x0 = VPLinear(), torch.randn(2, 1, 4, 4)
    chain, eps = Chain.of_path(path, time_grid(path, 10)), torch.randn(2, 1, 4, 4)
    found = chain.noised(4, x0, eps)
    assert found.dtype is torch.float32
    torch.testing.assert_close(found, path.diffuse(x0, eps, chain.times[4]))


def test_the_steps_back_are_worked_out_once() -> None:
    """Whoever takes one step after the other asks for entry n of them, N times."""
    path = VPLinear()
    chain = Chain.of_path(path, time_grid(path, 7))
    for found in (chain.beta_tilde, chain.of_state, chain.of_data):
        assert found.shape == (8,)
    assert chain.beta_tilde is chain.beta_tilde
    assert chain.of_state is chain.of_state
    assert chain.of_data is chain.of_data
    assert (float(chain.of_state[0]), float(chain.of_data[0]), float(chain.beta_tilde[0])) == (1, 0, 0)
