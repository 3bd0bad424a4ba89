"""The study of processes: its curves are each other's derivatives, and its chain is that of DDPM."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.process.paths import paths
from engines.studies.process_curves import ProcessCurves
from tests.engines.test_studies import charts, series


@pytest.mark.parametrize("name", sorted(paths()))
def test_curves_of_a_path_are_each_others_derivatives(name: str) -> None:
    path = paths()[name]()
    found = charts(ProcessCurves(chain=1000))
    alpha, sigma, diffusion = (np.array(series(found[title], path.title).y) for title in (
        "Signal α", "Noise σ", "Diffusion g"))
    # where variance explodes it is 0, and not on a logarithmic axis
    drift = np.zeros(len(alpha)) if name == "ve" else np.array(series(found["Drift f"], path.title).y)
    t = np.array(series(found["Signal α"], path.title).x)
    inner = slice(20, -20)
    np.testing.assert_allclose(-np.gradient(np.log(alpha), t)[inner], drift[inner], rtol=0.02, atol=1e-9)
    # g² = d(σ²)/dt − 2 f σ²
    np.testing.assert_allclose((np.gradient(sigma**2, t) + 2 * drift * sigma**2)[inner], diffusion[inner] ** 2,
                               rtol=0.02)
    np.testing.assert_allclose(series(found["Signal power ᾱ"], path.title).y, alpha**2, rtol=1e-9)
    np.testing.assert_allclose(series(found["Log-SNR"], path.title).y, 2 * np.log(alpha / sigma), rtol=1e-9)


@pytest.mark.parametrize("name", ["vp-linear", "vp-cosine"])
def test_beta_of_a_chain_is_one_less_the_ratio_of_signal_powers(name: str) -> None:
    """Ho et al. 2020: ᾱ_i = Π (1 − β_j)."""
    path, study = paths()[name](), ProcessCurves(chain=100)
    times = torch.linspace(0, path.t_max, 101, dtype=torch.float64)
    torch.testing.assert_close((1 - study.beta(path)).cumprod(0), path.abar(times[1:]), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", sorted(paths()))
def test_steps_back_are_the_posterior_of_two_gaussians(name: str) -> None:
    """Ho et al. 2020, eq. 6 and 7, by the product of the densities of x_s given x_0 and of x_t given x_s."""
    path = paths()[name]()
    found = charts(ProcessCurves(chain=50, grid_path=path))
    times = torch.linspace(0, path.t_max, 51, dtype=torch.float64)
    s, t = times[1:-1], times[2:]
    keep, beta = path.transition(s, t)
    precision = 1 / path.sigma(s).square() + keep.square() / beta
    variances, factors = (found[f"{what} of a step back on {path.title}"] for what in ("Variance", "Mean μ̃"))
    np.testing.assert_allclose(series(variances, "β̃").y, 1 / precision, rtol=1e-9)
    np.testing.assert_allclose(series(variances, "β").y, beta, rtol=1e-12)
    np.testing.assert_allclose(series(factors, "of x_t").y, keep / beta / precision, rtol=1e-9)
    of_data = path.alpha(s) / path.sigma(s).square() / precision
    np.testing.assert_allclose(series(factors, "of x_0").y, of_data, rtol=1e-9)
