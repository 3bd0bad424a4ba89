"""Classifier guidance with the exact classifier: Bayes' rule, the sharpened law, and classifier-free guidance."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs, first_known
from engines.denoiser import Denoiser
from engines.guidance.base import parts_of
from engines.guidance.cfg import ClassifierFree
from engines.guidance.choice import Guide
from engines.guidance.classifier import ClassifierGuided, ExactClassifier, Untold
from engines.guidance.interval import Interval
from engines.inverse.dps import DPS
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.vp_linear import VPLinear
from engines.samplers.ddim import DDIM

PATH, DATA = VPLinear(), blobs()
X = Noise(sample_seeds(0, 4), (2,), dtype=torch.float64).initial()
COND = torch.tensor([0, 1, -1, 1])
TIMES = (0.02, 0.2, 0.5, 0.9)


def at(t: float) -> Tensor:
    return torch.tensor(t, dtype=torch.float64)


def guidance(path: Path, scale: float) -> tuple[Denoiser, Denoiser]:
    """The free exact denoiser pulled by the exact classifier, and the exact one that is told the class."""
    prior = MixtureDenoiser(DATA, path)
    return ClassifierGuided(Untold(prior), ExactClassifier(DATA, path), scale), prior


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("t", TIMES)
def test_scale_one_with_the_exact_classifier_is_the_conditional_denoiser(name: str, t: float) -> None:
    """Bayes' rule at every noise level, on every path; a sample without a class is left to the free model."""
    path = paths()[name]()
    pulled, told = guidance(path, 1.0)
    x = path.scale(at(t)) * X
    torch.testing.assert_close(pulled(x, at(t), COND), told(x, at(t), COND), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("scale", [0.5, 2.0, 5.0])
@pytest.mark.parametrize("t", TIMES)
def test_more_is_the_score_of_the_sharpened_law(scale: float, t: float) -> None:
    """log p_t(x) + s·log p_t(c | x), its densities from torch's own Gaussians and its gradient by differences."""
    alpha, sigma = PATH.alpha(at(t)), PATH.sigma(at(t))
    seen = alpha**2 * DATA.covariances + sigma**2 * torch.eye(2, dtype=torch.float64)
    laws = [torch.distributions.MultivariateNormal(alpha * m, c) for m, c in zip(DATA.means, seen, strict=True)]

    def sharpened(x: Tensor) -> Tensor:
        joint = torch.stack([w.log() + law.log_prob(x) for w, law in zip(DATA.weights, laws, strict=True)])
        whole = joint.logsumexp(0)
        return whole + scale * (joint[1] - whole)

    found = guidance(PATH, scale)[0](X, at(t), torch.ones(4, dtype=torch.long))
    score = (alpha * found - X) / sigma**2
    h = 1e-6 * float(sigma)
    for axis in range(2):
        step = torch.zeros(2, dtype=torch.float64)
        step[axis] = h
        slope = (sharpened(X + step) - sharpened(X - step)) / (2 * h)
        torch.testing.assert_close(score[:, axis], slope, rtol=1e-5, atol=1e-5)


def test_it_is_classifier_free_guidance_of_the_same_scale() -> None:
    """The classifier that a conditional model implies is p(x|c)/p(x): with both exact, both guidances are one."""
    times = torch.tensor(TIMES, dtype=torch.float64)
    pulled, told = guidance(PATH, 3.0)
    torch.testing.assert_close(pulled(X, times, COND), ClassifierFree(told, 3.0)(X, times, COND), rtol=1e-9, atol=1e-9)


def test_the_pull_is_reported_and_costs_no_evaluation_of_the_prior() -> None:
    pulled, told = guidance(PATH, 2.0)
    found = pulled.denoise(X, at(0.5), COND)
    assert [part.term for part in found.contributions] == ["guidance"]
    torch.testing.assert_close(found.x0 - found.contributions[0].delta, told(X, at(0.5)))
    assert not found.contributions[0].delta[2].any()
    assert pulled.calls(COND) == pulled.calls_at(at(0.5), COND) == 1
    for cond in (None, torch.full((4,), -1)):
        free = pulled.denoise(X, at(0.5), cond)
        torch.testing.assert_close(free.x0, told(X, at(0.5)), rtol=0, atol=0)
        assert not free.contributions[0].delta.any()


@pytest.mark.filterwarnings("error")
def test_a_method_around_it_differentiates_through_the_pull() -> None:
    """At scale 1 it is the conditional denoiser also in its derivative, so that DPS pushes as it does with that."""
    pulled, told = guidance(PATH, 1.0)
    labels = torch.tensor([0, 1, 0, 1])
    pushes = [DPS().posterior(PATH, prior, DDIM(), first_known(0.4))[0].denoise(X, at(0.4), labels).pushes[0].delta
              for prior in (pulled, told)]
    torch.testing.assert_close(*pushes, rtol=1e-8, atol=1e-8)


def test_a_guide_puts_it_around_classifier_free_guidance_and_within_the_interval() -> None:
    prior, classifier = MixtureDenoiser(DATA, PATH), ExactClassifier(DATA, PATH)
    both = Guide(3.0, 0.1, 0.6, classifier=classifier, strength=2.0).bent(prior, classes=True)
    assert parts_of(both, DDIM) == (DDIM, ClassifierFree, ClassifierGuided, Interval)
    free, given = prior(X, at(0.5)), prior(X, at(0.5), COND)
    pull = 2 * (given - free)  # each 1 of either is x_c − x_u
    torch.testing.assert_close(both(X, at(0.5), COND), free + 3 * (given - free) + pull, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(both(X, at(0.7), COND), prior(X, at(0.7), COND), rtol=0, atol=0)
    alone = Guide(1.0, classifier=classifier).bent(prior, classes=False)
    torch.testing.assert_close(alone(X, at(0.5), COND), given, rtol=1e-9, atol=1e-9)
