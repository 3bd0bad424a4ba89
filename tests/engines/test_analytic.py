"""The oracle against autograd, quadrature and sampling."""

from __future__ import annotations

import math

import pytest
import torch

from engines import mixture
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


def _by_matrices(data: Mixture, x: torch.Tensor, alpha: float, sigma: float) -> tuple[torch.Tensor, torch.Tensor]:
    """log p_t and E[x0 | x_t] of points (B, d), from the covariances themselves, one component after the other."""
    logs, each = list[torch.Tensor](), list[torch.Tensor]()
    for w, m, c in zip(data.weights, data.means, data.covariances, strict=True):
        noised = alpha**2 * c + sigma**2 * torch.eye(len(m), dtype=torch.float64)
        residual = torch.linalg.solve(noised, (x - alpha * m).T).T
        volume = len(m) * math.log(2 * math.pi) + torch.logdet(noised)
        logs.append(w.log() - ((x - alpha * m) * residual).sum(1) / 2 - volume / 2)
        each.append(m + alpha * residual @ c)
    joint = torch.stack(logs, 1)
    return joint.logsumexp(1), torch.einsum("bk,kbi->bi", joint.softmax(1), torch.stack(each))


def _ring(modes: int = 8, dimension: int = 2) -> Mixture:
    """Tilted components around a circle of the first two coordinates, of unequal weights."""
    generator = torch.Generator().manual_seed(2)
    angle = 2 * math.pi * torch.arange(modes, dtype=torch.float64) / modes
    means = torch.zeros(modes, dimension, dtype=torch.float64)
    means[:, :2] = 1.3 * torch.stack([angle.cos(), angle.sin()], 1)
    spread = 0.3 * torch.randn(modes, dimension, dimension, generator=generator, dtype=torch.float64)
    return Mixture(torch.arange(1.0, modes + 1), means, spread @ spread.mT + 0.01 * torch.eye(dimension))


@pytest.mark.parametrize(("alpha", "sigma"), [(1.0, 0.05), (0.8, 0.6), (0.1, 0.995), (1.0, 20.0)])
@pytest.mark.parametrize("dimension", [2, 3, 7])
def test_many_points_at_once_are_the_formula_component_by_component(dimension: int, alpha: float, sigma: float) -> None:
    data = _ring(dimension=dimension)
    x = data.noised(alpha, sigma).sample(500, seed=4)
    log_density, denoised = _by_matrices(data, x, alpha, sigma)
    torch.testing.assert_close(data.log_density(x, alpha, sigma), log_density, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(data.denoise(x, alpha, sigma), denoised, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(data.log_joint(x, alpha, sigma).logsumexp(1), log_density, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("alpha", "sigma"), [(1.0, 0.01), (0.8, 0.6), (0.1, 0.995), (1.0, 80.0)])
@pytest.mark.parametrize("dimension", [2, 3])
def test_hundreds_of_components_by_quadratic_forms_are_the_formula_too(dimension: int, alpha: float, sigma: float,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    data = _ring(200, dimension)
    x = data.noised(alpha, sigma).sample(300, seed=4)
    log_density, denoised = _by_matrices(data, x, alpha, sigma)
    cond = torch.arange(300) % 3 * 5 - 5  # one of three has no label
    asked = data.denoise(x, alpha, sigma, cond)
    torch.testing.assert_close(data.log_density(x, alpha, sigma), log_density, rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(data.denoise(x, alpha, sigma), denoised, rtol=1e-11, atol=1e-11)
    monkeypatch.setattr(Mixture, "_whiten", lambda *_: pytest.fail("every point was whitened for every component"))
    data.denoise(x, alpha, sigma, cond)
    monkeypatch.undo()
    monkeypatch.setattr(mixture, "MANY", 10_000)
    torch.testing.assert_close(asked, data.denoise(x, alpha, sigma, cond), rtol=1e-11, atol=1e-11)


def test_points_too_far_out_for_quadratic_forms_are_taken_one_by_one() -> None:
    data = _ring(40)
    x = torch.tensor([[1e5, 0.0], [0.0, -1e7], [0.3, 0.2]], dtype=torch.float64)
    log_density, denoised = _by_matrices(data, x, 1.0, 0.01)
    torch.testing.assert_close(data.log_density(x, 1.0, 0.01), log_density, rtol=1e-11, atol=1e-9)
    torch.testing.assert_close(data.denoise(x, 1.0, 0.01), denoised, rtol=1e-7, atol=1e-9)
    lost = data.denoise(torch.tensor([[math.nan, 0.0], [0.3, 0.2]], dtype=torch.float64), 1.0, 0.01)
    assert bool(lost[0].isnan().all())
    torch.testing.assert_close(lost[1:], denoised[2:])


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("labelled", [False, True])
def test_the_jacobian_is_that_of_autograd_and_its_trace_the_sum_of_its_diagonal(name: str, labelled: bool) -> None:
    path, t = paths()[name](), torch.linspace(0.05, 0.95, 20, dtype=torch.float64)
    alpha, sigma = path.alpha(t), path.sigma(t)
    cond = torch.arange(20) % 4 - 1 if labelled else None
    data, x = _ring(3), POINTS.clone().requires_grad_()
    denoised = data.denoise(x, alpha, sigma, cond)
    # points do not know of each other, so the gradient of a sum over them is that of each
    truth = torch.stack([torch.autograd.grad(denoised[:, i].sum(), x, retain_graph=True)[0] for i in (0, 1)], 1)
    jacobian = data.jacobian(POINTS, alpha, sigma, cond)
    torch.testing.assert_close(jacobian, truth)
    torch.testing.assert_close(jacobian, jacobian.mT)  # a covariance, up to a factor
    trace = MixtureDenoiser(data, path).trace(POINTS.reshape(20, 2, 1), t, cond)
    torch.testing.assert_close(trace, truth.diagonal(dim1=1, dim2=2).sum(1))


def test_the_divergence_gives_that_of_the_score() -> None:
    """∇·score = (alpha·trace − d)/sigma², by finite differences of the log-density."""
    data, alpha, sigma, h = _ring(3), 0.8, 0.5, 1e-4
    around = sum((data.log_density(POINTS + side * h * torch.eye(2)[k], alpha, sigma)
                  for k in (0, 1) for side in (-1, 1)), start=-4 * data.log_density(POINTS, alpha, sigma))
    told = (alpha * data.trace(POINTS, alpha, sigma) - 2) / sigma**2
    torch.testing.assert_close(told, around / h**2, rtol=1e-5, atol=1e-5)


def test_a_singular_covariance_has_no_density_but_with_noise() -> None:
    line = gaussian(torch.zeros(2), torch.tensor([[1.0, 0.3], [0.3, 0.09]]).double())
    for told in (line.log_density, line.score, line.responsibilities):
        with pytest.raises(BadInput, match="singular covariance has no density without noise; give"):
            told(POINTS)
    assert bool(line.log_density(POINTS, 1.0, 1e-3).isfinite().all())
    assert bool(line.noised(1.0, 0.1).log_density(POINTS).isfinite().all())
    assert bool(line.denoise(POINTS, 0.9, 0.1).isfinite().all())


@pytest.mark.parametrize("batched", [False, True])
def test_points_taken_part_by_part_are_the_same(batched: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    data, x = _ring(), 2 * torch.randn(1000, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    t = torch.linspace(0.1, 0.9, 1000, dtype=torch.float64)
    alpha, sigma = (t, 1 - t) if batched else (t[0], t[500])
    cond = torch.arange(1000) % 9 - 1

    def all_of_it() -> list[torch.Tensor]:
        told = (data.log_density, data.log_joint, data.responsibilities, data.score)
        bent = (data.denoise, data.jacobian, data.trace)
        return [*(f(x, alpha, sigma) for f in told), *(f(x, alpha, sigma, cond) for f in bent)]

    whole, seen = all_of_it(), list[int]()
    whiten = Mixture._whiten
    monkeypatch.setattr(mixture, "CACHED", 16)
    monkeypatch.setattr(Mixture, "_whiten", lambda self, x, a, s: seen.append(len(x)) or whiten(self, x, a, s))
    for part, one in zip(all_of_it(), whole, strict=True):
        torch.testing.assert_close(part, one, rtol=1e-12, atol=1e-12)
    assert max(seen) == 128
    assert sum(seen) == 7000
