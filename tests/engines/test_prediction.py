"""Predictions: every target leads back to x0, eps and the score."""

from __future__ import annotations

import pytest
import torch

from engines.denoiser import NetworkDenoiser
from engines.process.paths import paths
from engines.process.prediction import Prediction, target, to_eps, to_score, to_x0
from engines.process.shapes import expand, norms

T = torch.tensor([0.05, 0.5, 0.95], dtype=torch.float64)
X0, EPS = torch.randn(2, 3, 2, 4, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("kind", list(Prediction))
def test_round_trip(name: str, kind: Prediction) -> None:
    path = paths()[name]()
    x = path.diffuse(X0, EPS, T)
    x0 = to_x0(kind, path, x, target(kind, path, X0, EPS, T), T)
    torch.testing.assert_close(x0, X0)
    torch.testing.assert_close(to_eps(path, x, x0, T), EPS)
    torch.testing.assert_close(to_score(path, x, x0, T), -EPS / expand(path.sigma(T), X0))


@pytest.mark.parametrize("kind", list(Prediction))
def test_a_network_of_any_prediction_is_the_same_denoiser(kind: Prediction) -> None:
    path = paths()["vp-cosine"]()
    truth = NetworkDenoiser(lambda x, t, cond: target(kind, path, X0, EPS, T), path, kind)
    torch.testing.assert_close(truth(path.diffuse(X0, EPS, T), T), X0)


def test_network_sees_one_float32_time_for_each_sample() -> None:
    seen: list[torch.Tensor] = []

    def network(x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None) -> torch.Tensor:
        seen.append(t)
        return x

    NetworkDenoiser(network, paths()["vp-linear"](), Prediction.X0)(X0.float(), T[1])
    assert seen[0].shape == (3,)
    assert seen[0].dtype == torch.float32


def test_expand_keeps_scalars_and_lines_up_batches() -> None:
    x = torch.zeros(3, 2, 4, 4)
    assert expand(T[0], x).shape == ()
    assert expand(T, x).shape == (3, 1, 1, 1)
    assert expand(T, x).dtype == torch.float32


def test_sizes_are_norms_of_samples() -> None:
    assert norms(torch.tensor([[[3.0, 4.0]], [[0.0, 2.0]]])).tolist() == [5.0, 2.0]
