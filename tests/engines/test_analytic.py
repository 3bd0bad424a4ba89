"""The oracle against autograd, quadrature and sampling."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import Mixture, MixtureDenoiser, gaussian
from engines.checks.oracle_claims import blob, blobs
from engines.errors import BadInput
from engines.process.paths import paths
from engines.process.prediction import to_score

POINTS = 2 * torch.randn(20, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def _grid(width: float = 7, count: int = 401) -> tuple[torch.Tensor, float]:
    """Points of a square (count², 2) and the area of each."""
    axis = torch.linspace(-width, width, count, dtype=torch.float64)
    return torch.cartesian_prod(axis, axis), float(axis[1] - axis[0]) ** 2


@pytest.mark.parametrize("name", sorted(paths()))
def test_denoiser_is_tweedie_of_the_density(name: str) -> None:
    """The score of autograd, the score in closed form and the one derived from D(x, t) agree."""
    path, t = paths()[name](), torch.linspace(0.05, 0.95, 20, dtype=torch.float64)
    x, alpha, sigma = POINTS.clone().requires_grad_(), path.alpha(t), path.sigma(t)
    (truth,) = torch.autograd.grad(blobs().log_density(x, alpha, sigma).sum(), x)
    torch.testing.assert_close(blobs().score(POINTS, alpha, sigma), truth)
    denoised = MixtureDenoiser(blobs(), path)(POINTS, t)
    torch.testing.assert_close(to_score(path, POINTS, denoised, t), truth)


def test_density_integrates_to_one_with_the_right_moments() -> None:
    x, area = _grid()
    p = blobs().noised(0.8, 0.6).log_density(x).exp() * area
    assert float(p.sum()) == pytest.approx(1, abs=1e-9)
    torch.testing.assert_close(p @ x, 0.8 * blobs().mean())
    moment = (p[:, None] * x).T @ x - torch.outer(p @ x, p @ x)
    torch.testing.assert_close(moment, 0.64 * blobs().covariance() + 0.36 * torch.eye(2, dtype=torch.float64))


def test_denoiser_is_the_posterior_mean_by_quadrature() -> None:
    x0, area = _grid()
    alpha, sigma = 0.7, 0.5
    for x in POINTS[:4]:
        joint = blobs().log_density(x0) - (x - alpha * x0).square().sum(1) / (2 * sigma**2)
        p = joint.softmax(0)
        torch.testing.assert_close(blobs().denoise(x[None], alpha, sigma)[0], p @ x0, rtol=0, atol=1e-8)
    assert area < 0.01


@pytest.mark.parametrize("sigma_y", [0.2, 1.0])
def test_posterior_of_a_measurement_by_quadrature(sigma_y: float) -> None:
    """y = A x0 + n with a row that mixes both coordinates."""
    a, y = torch.tensor([[0.6, -1.1]], dtype=torch.float64), torch.tensor([0.7], dtype=torch.float64)
    posterior, (x0, area) = blobs().posterior(a, y, sigma_y), _grid()
    joint = blobs().log_density(x0) - (y - x0 @ a.T).square().sum(1) / (2 * sigma_y**2)
    density = joint.softmax(0) / area
    torch.testing.assert_close(posterior.log_density(x0).exp(), density, rtol=0, atol=1e-8)


def test_noiseless_posterior_is_the_limit_and_conditional_density() -> None:
    """Knowing the first coordinate exactly: by quadrature over the second, and with an empty row in A."""
    a, y = torch.diag(torch.tensor([1.0, 0.0])), torch.tensor([-0.2, 0.0])
    exact, near = blobs().posterior(a, y), blobs().posterior(a, y, 1e-4)
    torch.testing.assert_close(exact.weights, near.weights, rtol=0, atol=1e-6)
    torch.testing.assert_close(exact.mean(), near.mean(), rtol=0, atol=1e-6)
    line = torch.linspace(-6, 6, 4001, dtype=torch.float64)
    points = torch.stack([torch.full_like(line, -0.2), line], dim=1)
    p = blobs().log_density(points).softmax(0)
    assert float(exact.mean()[1]) == pytest.approx(float(p @ line), abs=1e-8)
    assert float(exact.covariance()[1, 1]) == pytest.approx(float(p @ line.square() - (p @ line) ** 2), abs=1e-8)
    assert float(exact.covariance()[0, 0]) == pytest.approx(0, abs=1e-7)


def test_samples_have_the_moments_and_a_seed() -> None:
    x = blobs().sample(20_000, seed=3)
    assert torch.equal(x, blobs().sample(20_000, seed=3))
    torch.testing.assert_close(x.mean(0), blobs().mean(), rtol=0, atol=0.03)
    torch.testing.assert_close(x.T.cov(), blobs().covariance(), rtol=0, atol=0.05)


def test_any_trailing_shape_and_dtype() -> None:
    path, t = paths()["vp-linear"](), torch.tensor(0.4, dtype=torch.float64)
    data = gaussian(torch.zeros(8), torch.diag(torch.arange(1.0, 9.0)))
    x = torch.randn(3, 2, 2, 2, generator=torch.Generator().manual_seed(0))
    image = MixtureDenoiser(data, path)(x, t)
    assert image.shape == x.shape
    assert image.dtype == torch.float32
    torch.testing.assert_close(image.reshape(3, 8), MixtureDenoiser(data, path)(x.reshape(3, 8), t))


def test_a_label_picks_its_component() -> None:
    path, t = paths()["vp-linear"](), torch.tensor(0.4, dtype=torch.float64)
    cond = torch.tensor([0, 1, -1])
    given = MixtureDenoiser(blobs(), path)(POINTS[:3], t, cond)
    for k in (0, 1):
        alone = gaussian(blobs().means[k], blobs().covariances[k])
        torch.testing.assert_close(given[k], MixtureDenoiser(alone, path)(POINTS[k:k + 1], t)[0])
    torch.testing.assert_close(given[2], MixtureDenoiser(blobs(), path)(POINTS[2:3], t)[0])


def test_shapes_that_disagree_are_refused() -> None:
    with pytest.raises(BadInput, match="needs 2 weights"):
        Mixture(torch.ones(3), blob().means.expand(2, 2), blobs().covariances)
