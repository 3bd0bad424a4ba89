"""Predictions: every target leads back to x0, eps and the score, on every path."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.component import build
from engines.denoiser import NetworkDenoiser
from engines.errors import BadOption
from engines.process.paths import Path, paths
from engines.process.prediction import Prediction, V, predictions, to_eps, to_score, to_velocity
from engines.process.shapes import expand, norms

T = torch.tensor([0.05, 0.5, 0.95], dtype=torch.float64)
DATA, EPS = torch.randn(2, 3, 2, 4, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.fixture(params=sorted(paths()))
def path(request: pytest.FixtureRequest) -> Path:
    """Every registered path with its defaults."""
    return paths()[request.param]()


@pytest.fixture(params=sorted(predictions()))
def kind(request: pytest.FixtureRequest) -> Prediction:
    """Every registered prediction."""
    return predictions()[request.param]()


def test_the_predictions_are_found() -> None:
    assert set(predictions()) == {"eps", "x0", "v", "score", "velocity"}


def test_round_trip(path: Path, kind: Prediction) -> None:
    x = path.diffuse(DATA, EPS, T)
    x0 = kind.to_x0(path, x, kind.target(path, DATA, EPS, T), T)
    torch.testing.assert_close(x0, DATA)
    torch.testing.assert_close(to_eps(path, x, x0, T), EPS)
    torch.testing.assert_close(to_score(path, x, x0, T), -EPS / expand(path.sigma(T), DATA))
    torch.testing.assert_close(kind.read(path, x, kind.wanted(path, DATA, EPS, T), T), DATA)


def test_targets_are_the_papers(path: Path) -> None:
    """Each by its own formula, and the velocity by differences along one pair of data and noise."""
    alpha, sigma = expand(path.alpha(T), DATA), expand(path.sigma(T), DATA)
    h = 1e-6
    moved = (path.diffuse(DATA, EPS, T + h) - path.diffuse(DATA, EPS, T - h)) / (2 * h)
    formulas = {"eps": EPS, "x0": DATA, "v": alpha * EPS - sigma * DATA, "score": -EPS / sigma, "velocity": moved}
    assert set(formulas) == set(predictions())
    for name, formula in formulas.items():
        torch.testing.assert_close(predictions()[name]().target(path, DATA, EPS, T), formula, rtol=1e-6, atol=1e-6)


def test_eps_x0_and_v_keep_their_bits_where_variance_is_preserved() -> None:
    """By the expressions that the weights of earlier versions were trained and sampled with, in float32."""
    x0, eps = DATA.float(), EPS.float()
    for name in ("vp-linear", "vp-cosine"):
        path = paths()[name]()
        x, output = path.diffuse(x0, eps, T), eps.flip(0)
        alpha, sigma = expand(path.alpha(T), x), expand(path.sigma(T), x)
        assert torch.equal(x / expand(path.scale(T), x), x)
        targets = {"eps": eps, "x0": x0, "v": alpha * eps - sigma * x0}
        estimates = {"eps": (x - sigma * output) / alpha, "x0": output,
                     "v": (alpha * x - sigma * output) / (alpha.square() + sigma.square())}
        for key, target in targets.items():
            assert torch.equal(predictions()[key]().wanted(path, x0, eps, T), target)
            assert torch.equal(predictions()[key]().read(path, x, output, T), estimates[key])


def test_shorter_ways_to_the_data_are_those_of_the_two_equations(path: Path, kind: Prediction) -> None:
    """That of v to the bit."""
    for dtype, bits in ((torch.float32, 1e-4), (torch.float64, 1e-12)):
        x, output = path.diffuse(DATA, EPS, T).to(dtype), EPS.flip(0).to(dtype)
        found, general = kind.to_x0(path, x, output, T), Prediction.to_x0(kind, path, x, output, T)
        torch.testing.assert_close(found, general, rtol=bits, atol=bits)
        assert kind.name != "v" or torch.equal(found, general)


def test_a_network_of_any_prediction_is_the_same_denoiser(path: Path, kind: Prediction) -> None:
    truth = NetworkDenoiser(lambda x, t, cond: kind.wanted(path, DATA, EPS, T), path, kind)
    torch.testing.assert_close(truth(path.diffuse(DATA, EPS, T), T), DATA)


def test_a_network_sees_the_state_at_unit_size(path: Path) -> None:
    seen: list[torch.Tensor] = []

    def network(x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None) -> torch.Tensor:
        seen.append(x)
        return x

    x = path.diffuse(DATA, EPS, T)
    NetworkDenoiser(network, path, V())(x, T)
    torch.testing.assert_close(seen[0] * (path.abar(T) + path.sigma(T).square()).sqrt()[:, None, None, None], x)


def test_network_sees_one_float32_time_for_each_sample() -> None:
    seen: list[torch.Tensor] = []

    def network(x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None) -> torch.Tensor:
        seen.append(t)
        return x

    NetworkDenoiser(network, paths()["vp-linear"](), predictions()["x0"]())(DATA.float(), T[1])
    assert seen[0].shape == (3,)
    assert seen[0].dtype == torch.float32


def test_the_velocity_is_that_of_the_probability_flow(path: Path) -> None:
    """f·x − ½ g² · score with the exact score of a mixture (Song et al. 2021, eq. 13)."""
    x, t = 2 * DATA.reshape(-1, 2), torch.tensor(0.4, dtype=torch.float64)
    x0 = MixtureDenoiser(blobs(), path)(x, t)
    score = blobs().score(x, path.alpha(t), path.sigma(t))
    torch.testing.assert_close(to_velocity(path, x, x0, t), path.dlog_alpha(t) * x - path.diffusion2(t) * score / 2)


def test_an_unknown_prediction_is_refused_with_what_there_is() -> None:
    with pytest.raises(BadOption, match="eps, score, v, velocity, x0"):
        build(Prediction, "noise", predictions)


def test_expand_keeps_scalars_and_lines_up_batches() -> None:
    x = torch.zeros(3, 2, 4, 4)
    assert expand(T[0], x).shape == ()
    assert expand(T, x).shape == (3, 1, 1, 1)
    assert expand(T, x).dtype == torch.float32


def test_sizes_are_norms_of_samples() -> None:
    assert norms(torch.tensor([[[3.0, 4.0]], [[0.0, 2.0]]])).tolist() == [5.0, 2.0]
