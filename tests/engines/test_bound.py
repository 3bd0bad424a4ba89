"""The variational bound: its parts in closed form, batches, learned variances, and data of grey levels."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from engines.analytic import MixtureDenoiser, gaussian
from engines.checks.oracle_claims import blobs
from engines.denoiser import Denoised, Denoiser
from engines.likelihood.bound import BoundTally, bits_per_dim, bound_terms, fixed, learned, least
from engines.likelihood.decoders import density, of_levels
from engines.process.chain import Chain, Fixed
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.tasks.bound import BoundOptions
from engines.tasks.bound_images import BoundImagesOptions
from engines.tasks.chain_options import ChainOptions
from engines.training.objectives.vlb import VariationalBound

PATH = VPCosine()
CHAIN = Chain.of_path(PATH, time_grid(PATH, 12))
DATA = blobs()


def _noise(count: int, first: int = 0) -> Noise:
    return Noise(sample_seeds(first, count), (2,), dtype=torch.float64)


def _tally(parts: list[slice], count: int = 40) -> BoundTally:
    """The bound of `count` points, in parts."""
    x0, tally = DATA.sample(count, seed=1), BoundTally(CHAIN, 2)
    for part in parts:
        noise = _noise(part.stop - part.start, part.start)
        for term in bound_terms(CHAIN, MixtureDenoiser(DATA, PATH), x0[part], noise, variance=fixed(Fixed.BETA)):
            tally.take(term)
    return tally


def test_batches_add_up_to_the_whole() -> None:
    whole, parts = (_tally(parts).bound() for parts in ([slice(0, 40)], [slice(0, 15), slice(15, 40)]))
    torch.testing.assert_close(parts.terms, whole.terms)
    torch.testing.assert_close(parts.errors, whole.errors)
    assert parts.total == pytest.approx(whole.total)
    assert parts.total_error == pytest.approx(whole.total_error)
    assert (whole.count, len(whole.terms)) == (40, 13)
    assert float(whole.terms.sum()) == pytest.approx(whole.total)
    assert bool((whole.terms[1:] > 0).all())


def test_the_bound_of_every_sample_is_told_in_order() -> None:
    x0, tally = DATA.sample(40, seed=1), _tally([slice(0, 15), slice(15, 40)])
    terms = list(bound_terms(CHAIN, MixtureDenoiser(DATA, PATH), x0, _noise(40), variance=fixed(Fixed.BETA)))
    torch.testing.assert_close(tally.totals, torch.stack([term.nats for term in terms]).sum(0))
    assert float(tally.totals.mean()) == tally.bound().total


def test_errors_are_those_of_means_over_samples() -> None:
    x0 = DATA.sample(40, seed=1)
    terms = list(bound_terms(CHAIN, MixtureDenoiser(DATA, PATH), x0, _noise(40), variance=fixed(Fixed.BETA)))
    assert [term.step for term in terms] == list(range(12, -1, -1))
    totals, bound = sum(term.nats for term in terms), _tally([slice(0, 40)]).bound()
    assert isinstance(totals, Tensor)
    assert bound.total_error == pytest.approx(float(totals.std()) / math.sqrt(40))
    torch.testing.assert_close(bound.errors, torch.stack([t.nats.std() for t in reversed(terms)]) / math.sqrt(40))
    assert math.isnan(_tally([slice(0, 1)], count=1).bound().total_error)


def test_two_samples_of_a_batch_do_not_see_each_other() -> None:
    x0 = DATA.sample(5, seed=1)
    prior = MixtureDenoiser(DATA, PATH)
    whole = list(bound_terms(CHAIN, prior, x0, _noise(5), variance=fixed(Fixed.BETA_TILDE)))
    alone = list(bound_terms(CHAIN, prior, x0[3:4], _noise(1, 3), variance=fixed(Fixed.BETA_TILDE)))
    for a, b in zip(whole, alone, strict=True):
        torch.testing.assert_close(a.nats[3:4], b.nats)


class _Knows(Denoiser):
    """An estimate that is always right, of a model that learned its variances; `asked`: the labels of every call."""

    def __init__(self, x0: Tensor, share: float) -> None:
        self.x0, self.share, self.asked = x0, share, list[Tensor | None]()

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        self.asked.append(cond)
        return Denoised(self.x0, share=torch.full_like(x, self.share))


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_with_the_truth_known_only_the_variances_count(share: float) -> None:
    """½(log v/b + b/v − 1) for each number, with b beta-tilde: nothing at the end of the range that is it."""
    x0 = DATA.sample(3, seed=1)
    terms = {t.step: t.nats for t in bound_terms(CHAIN, _Knows(x0, share), x0, _noise(3), variance=learned(Fixed.BETA))}
    for n in range(2, 13):
        low, high = float(CHAIN.beta_tilde[n]), float(CHAIN.beta[n])
        v = high**share * low ** (1 - share)
        wanted = torch.full((3,), math.log(v / low) + low / v - 1, dtype=torch.float64)
        torch.testing.assert_close(terms[n - 1], wanted, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(terms[12], float(CHAIN.abar[12] / CHAIN.sigma2[12] / 2) * x0.square().sum(1))


def test_a_learned_variance_is_that_of_the_class_and_of_the_same_call() -> None:
    x0, cond = DATA.sample(3, seed=1), torch.tensor([1, 0, -1])
    knows = _Knows(x0, 0.5)
    list(bound_terms(CHAIN, knows, x0, _noise(3), variance=learned(Fixed.BETA), cond=cond))
    assert len(knows.asked) == 12
    assert all(labels is cond for labels in knows.asked)


def test_a_model_that_learned_no_variance_has_the_fixed_one() -> None:
    x0, prior = DATA.sample(3, seed=1), MixtureDenoiser(DATA, PATH)
    found, wanted = (list(bound_terms(CHAIN, prior, x0, _noise(3), variance=rule))
                     for rule in (learned(Fixed.BETA_TILDE), fixed(Fixed.BETA_TILDE)))
    assert all(torch.equal(a.nats, b.nats) for a, b in zip(found, wanted, strict=True))


def test_no_variance_is_nothing() -> None:
    assert float(least(CHAIN, 1)) == float(CHAIN.beta_tilde[2]) > 0
    single = Chain.of_path(PATH, time_grid(PATH, 1))
    assert float(least(single, 1)) == float(single.beta[1]) > 0
    terms = list(bound_terms(single, MixtureDenoiser(DATA, PATH), DATA.sample(4), _noise(4),
                             variance=fixed(Fixed.BETA_TILDE)))
    assert [term.step for term in terms] == [1, 0]
    assert all(bool(term.nats.isfinite().all()) for term in terms)


def test_float32_images_give_the_terms_of_float64() -> None:
    """Any trailing shape."""
    data = gaussian(torch.zeros(16), torch.eye(16) / 2)
    x0 = data.sample(6, seed=2).reshape(6, 1, 4, 4)
    noise = [Noise(sample_seeds(0, 6), (1, 4, 4), dtype=dtype) for dtype in (torch.float64, torch.float32)]
    double, single = (list(bound_terms(CHAIN, MixtureDenoiser(data, PATH), x0.to(drawn.dtype), drawn,
                                       variance=fixed(Fixed.BETA))) for drawn in noise)
    for a, b in zip(double, single, strict=True):
        torch.testing.assert_close(a.nats, b.nats, rtol=1e-4, atol=1e-4)


def test_a_density_is_that_of_a_gaussian() -> None:
    x, variance = torch.randn(3, 5, dtype=torch.float64), torch.tensor(0.3, dtype=torch.float64)
    wanted = -gaussian(torch.zeros(5), 0.3 * torch.eye(5, dtype=torch.float64)).log_density(x)
    torch.testing.assert_close(density(x, torch.zeros_like(x), variance), wanted)
    torch.testing.assert_close(density(x, torch.zeros_like(x), variance.expand(3, 5)), wanted)


@pytest.mark.parametrize("variance", [1e-4, 0.05, 3.0])
def test_the_masses_of_all_levels_add_up_to_one(variance: float) -> None:
    levels = torch.linspace(-1, 1, 11, dtype=torch.float64)[:, None]
    mass = (-of_levels(11)(levels, torch.full_like(levels, 0.23), torch.tensor(variance))).exp()
    assert float(mass.sum()) == pytest.approx(1, abs=1e-9)


def test_a_level_far_from_the_mean_costs_its_distance() -> None:
    """Nine and more standard deviations away, where 1 minus the distribution function is 0 in floating point."""
    x, mean, variance = (torch.tensor(v, dtype=torch.float64) for v in ([[0.6], [-0.6]], [[0.0], [0.0]], 0.0025))
    near, far = float(of_levels(11)(x, mean, variance)[0]), float(of_levels(11)(x, mean, variance)[1])
    assert near == pytest.approx(far)
    # log of the mass above 0.5, ten deviations away (Abramowitz & Stegun 26.2.12)
    assert near == pytest.approx(50 + math.log(10 * math.sqrt(2 * math.pi)) + 0.0098, abs=1e-3)


def test_with_fine_levels_the_mass_is_the_density_times_their_width() -> None:
    x = torch.linspace(-0.5, 0.5, 7, dtype=torch.float64).reshape(1, 7)
    mean, variance = torch.zeros_like(x), torch.tensor(0.1, dtype=torch.float64)
    found = float(of_levels(2001)(x, mean, variance))
    assert found == pytest.approx(float(density(x, mean, variance)) - 7 * math.log(1e-3), abs=1e-4)


def test_bits_for_each_number() -> None:
    assert bits_per_dim(math.log(2) * 6, 3) == pytest.approx(2)


def test_terms_are_made_when_they_are_asked_for() -> None:
    """Closing the generator is cancelling it."""
    calls = list[float]()

    class Counting(MixtureDenoiser):
        def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
            calls.append(float(t))
            return super().denoise(x, t, cond)

    terms = bound_terms(CHAIN, Counting(DATA, PATH), DATA.sample(4), _noise(4), variance=fixed(Fixed.BETA))
    assert next(terms).step == 12
    assert not calls
    next(terms)
    next(terms)
    terms.close()  # pyright: ignore
    assert len(calls) == 2
    assert all(late > early for late, early in pairwise(calls))


@pytest.mark.parametrize(("options", "longest"), [(BoundOptions, 10_000), (BoundImagesOptions, 1000)])
def test_a_chain_is_chosen_and_made_alike_of_points_and_of_pictures(options: type[ChainOptions], longest: int) -> None:
    chosen = options.model_validate({"steps": 12, "variance": "beta-tilde", "learned": False})
    assert torch.equal(chosen.chain(PATH).beta, CHAIN.beta)
    assert torch.equal(chosen.rule()(CHAIN, 3, torch.ones(1, 2)), CHAIN.beta_tilde[3])
    with pytest.raises(ValidationError, match="steps"):
        options.model_validate({"steps": longest + 1})


@pytest.mark.parametrize("options", [BoundOptions, VariationalBound])
def test_no_variance_is_offered_that_nothing_has_learned(options: type[BoundOptions | VariationalBound]) -> None:
    with pytest.raises(ValidationError, match="variance"):
        options.model_validate({"variance": "learned"})
