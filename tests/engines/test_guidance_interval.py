"""Guidance in an interval of times, and rescaled: closed forms, the identities of the papers, and what runs cost."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.component import validated
from engines.denoiser import Contribution, Denoised, Denoiser
from engines.errors import BadOption
from engines.guidance.base import parts_of
from engines.guidance.cfg import ClassifierFree
from engines.guidance.choice import Guide
from engines.guidance.interval import Interval
from engines.guidance.rescale import Rescaled
from engines.modalities.image import png_bytes
from engines.model_file import read_header
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.process.vp_linear import VPLinear
from engines.recipe import Recipe
from engines.samplers.base import samplers
from engines.samplers.ddim import DDIM
from engines.sampling import Plan, guided, steps
from engines.tasks.base import options_of, task
from engines.tasks.generate import SampleOptions
from tests.engines.small import context, events, opening, picture, result, resumed, save_small
from tests.engines.small import steps as stepped

PATH, DATA = VPLinear(), blobs()
PRIOR = MixtureDenoiser(DATA, PATH)
X = Noise(sample_seeds(0, 3), (2,), dtype=torch.float64).initial()
COND = torch.tensor([0, 1, -1])
SCALE, LOW, HIGH = 3.0, 0.3, 0.6


def at(t: float) -> Tensor:
    return torch.tensor(t, dtype=torch.float64)


def of_class(k: int, x: Tensor, t: Tensor) -> tuple[Tensor, float]:
    """E[x0 | x_t = x, k] of a Gaussian N(m, C), and the logarithm of its weight times its density of x."""
    a, s, m, c = PATH.alpha(t), PATH.sigma(t), DATA.means[k], DATA.covariances[k]
    seen = a**2 * c + s**2 * torch.eye(2, dtype=torch.float64)
    solved = torch.linalg.solve(seen, x - a * m)
    log = -0.5 * float((x - a * m) @ solved) - 0.5 * math.log(float(torch.linalg.det(seen)))
    return m + a * c @ solved, log + math.log(float(DATA.weights[k]))


def by_hand(x: Tensor, t: Tensor, label: int) -> Tensor:
    """x_u + γ(x_c − x_u) of one point (2,), by the posterior means of the components."""
    found = [of_class(k, x, t) for k in range(len(DATA.weights))]
    shares = torch.tensor([log for _, log in found], dtype=torch.float64).softmax(0)
    free = sum((share * mean for share, (mean, _) in zip(shares, found, strict=True)), torch.zeros_like(x))
    return free if label < 0 else free + SCALE * (found[label][0] - free)


@pytest.mark.parametrize("t", [0.05, 0.3, 0.31, 0.45, 0.6, 0.61, 0.95])
def test_the_guided_estimate_is_the_closed_form_inside_and_the_conditional_one_outside(t: float) -> None:
    """The interval is open below and closed above, as the paper's."""
    found = Interval(ClassifierFree(PRIOR, SCALE), PRIOR, LOW, HIGH)(X, at(t), COND)
    if LOW < t <= HIGH:
        wanted = torch.stack([by_hand(x, at(t), int(label)) for x, label in zip(X, COND, strict=True)])
        torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-9)
    else:
        torch.testing.assert_close(found, PRIOR(X, at(t), COND), rtol=0, atol=0)


class _Counting(Denoiser):
    """The exact prior, and how many samples it was asked for."""

    def __init__(self) -> None:
        self.samples = 0

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        self.samples += len(x)
        return PRIOR.denoise(x, t, cond)


@pytest.mark.parametrize(("t", "calls"), [(0.2, 1), (0.5, 2), (0.9, 1)])
def test_a_call_outside_costs_one_evaluation(t: float, calls: int) -> None:
    prior = _Counting()
    limited = Interval(ClassifierFree(prior, SCALE), prior, LOW, HIGH)
    found = limited.denoise(X, at(t), COND)
    assert prior.samples == calls * len(X)
    assert limited.calls_at(at(t), COND) == calls
    assert limited.calls(COND) == 2
    assert [part.term for part in found.contributions] == ["guidance"]
    assert bool(found.contributions[0].delta.any()) == (calls == 2)


def test_times_may_lie_on_both_sides() -> None:
    times = torch.tensor([0.2, 0.5, 0.8], dtype=torch.float64)
    limited = Interval(ClassifierFree(PRIOR, SCALE), PRIOR, LOW, HIGH)
    together = limited.denoise(X, times, torch.tensor([0, 1, 0]))
    apart = [limited(X[k:k + 1], times[k], torch.tensor([k % 2]))[0] for k in range(3)]
    torch.testing.assert_close(together.x0, torch.stack(apart))
    torch.testing.assert_close(together.x0 - together.contributions[0].delta,
                               PRIOR(X, times, torch.tensor([0, 1, 0])))


@pytest.mark.parametrize("sampler", [name for name, kind in samplers().items() if not kind.adaptive])
def test_a_run_tells_what_it_spent_and_so_does_one_that_goes_on(sampler: str) -> None:
    """By every sampler, the samples that the prior is asked for; half a step of Heun may lie within the interval."""
    chosen, times, seeds = samplers()[sampler](), time_grid(PATH, 12), sample_seeds(0, 2)

    def plan(prior: Denoiser) -> Plan:
        guide = Guide(SCALE, LOW, HIGH)
        return Plan("", PATH, guided(prior, ("a", "b"), guide, (0, 1)), chosen, times, Noise(seeds, (2,)), (0, 1))

    prior = _Counting()
    try:
        *_, last = steps(plan(prior))
    except BadOption:
        pytest.skip("walks no exact denoiser")
    assert last.nfe * len(seeds) == prior.samples
    # Langevin stays at one level, which lies outside
    assert chosen.evaluations(times) <= last.nfe < 2 * chosen.evaluations(times)


@pytest.mark.parametrize("sampler", ["ddim", "heun", "dpm++2m", "rk4"])
def test_the_count_is_foretold_and_goes_on(tmp_path: Path, sampler: str) -> None:
    file = save_small(tmp_path)
    options = {"steps": 9, "count": 2, "sampler": sampler, "guidance": 3.0, "guided_from": 0.2, "guided_until": 0.7}
    found = events("generate", options, context(tmp_path))
    cost = task("generate").cost_of(options_of(Recipe("generate", {"model": "tiny", **options})),
                                    read_header(file).spec)
    assert cost is not None
    assert cost.evaluations == result(found).nfe
    for k in (1, 4, 8):
        rest = resumed("generate", options, context(tmp_path), found, k)
        assert result(rest).nfe == result(found).nfe
        assert result(rest).sha256 == result(found).sha256
    assert "t_{\\text{lo}}" in {letter.latex for letter in opening(found).letters}


def test_an_edit_counts_from_where_it_starts(tmp_path: Path) -> None:
    """Two for each step within the interval and one for each above it."""
    save_small(tmp_path)
    options = {"steps": 10, "count": 1, "guidance": 3.0, "guided_until": 0.25, "strength": 0.5, "label": "a"}
    found = events("edit", options, context(tmp_path, {"image.png": png_bytes(picture(8, 8))}))
    times = [step.t for step in stepped(found)[:-1]]
    assert result(found).nfe == sum(2 if t <= 0.25 else 1 for t in times)


def test_the_whole_interval_no_rescaling_and_scale_one_change_nothing() -> None:
    assert isinstance(Guide(2.0).bent(PRIOR, classes=True), ClassifierFree)
    assert Guide(1.0, 0.2, 0.8, 0.7).bent(PRIOR, classes=True) is PRIOR
    assert Guide(3.0, 0.2, 0.8, 0.7).bent(PRIOR, classes=False) is PRIOR
    assert parts_of(Guide(3.0, 0.2, 0.8, 0.7).bent(PRIOR, classes=True), DDIM) == (DDIM, Rescaled, Interval)
    assert parts_of(Guide(3.0, 0.2).bent(PRIOR, classes=True), DDIM) == (DDIM, ClassifierFree, Interval)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_rescaling_brings_back_the_share_of_the_standard_deviation_that_it_says(share: float) -> None:
    """std of the result = (1 − φ)·std of the guided + φ·std of the plain estimate, and a factor is all."""
    plain, prior = Noise((1, 2, 3), (1, 4, 4), dtype=torch.float64).initial(), _Fixed()
    found = Rescaled(ClassifierFree(prior, 7.5), share).denoise(plain, at(0.5), COND)
    given, pushed = prior(plain, at(0.5), COND), ClassifierFree(prior, 7.5)(plain, at(0.5), COND)
    before, after, now = (x0.flatten(1).std(1) for x0 in (given, pushed, found.x0))
    torch.testing.assert_close(now, (1 - share) * after + share * before, rtol=1e-12, atol=1e-12)
    ratio = found.x0 / pushed
    torch.testing.assert_close(ratio, ratio[:, :1, :1, :1].expand_as(ratio), rtol=1e-12, atol=1e-12)
    # what was added is reported, and a sample without a class is left exactly as it is
    torch.testing.assert_close(found.x0 - found.contributions[0].delta, given, rtol=1e-12, atol=1e-12)
    assert torch.equal(found.x0[2], given[2])


class _Fixed(Denoiser):
    """Estimates that differ by class, of one grey where the class is 1 and t is 1."""

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        label = torch.zeros(len(x)) if cond is None else (cond + 1).double()
        x0 = (1 + label.reshape(-1, 1, 1, 1)) * x.sin() + label.reshape(-1, 1, 1, 1)
        return Denoised(x0 if float(t) < 1 else torch.ones_like(x))


def test_an_estimate_of_one_grey_stays_and_other_terms_are_kept() -> None:
    x = torch.ones(3, 1, 2, 2, dtype=torch.float64)
    found = Rescaled(ClassifierFree(_Fixed(), 3.0), 1.0)(x, at(1.0), COND)
    assert torch.equal(found, torch.ones_like(x))

    class Moved(_Fixed):
        def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
            found = super().denoise(x, t, cond)
            return Denoised(found.x0, (Contribution("likelihood", 0.1 * x),))

    parts = Rescaled(ClassifierFree(Moved(), 3.0), 0.7).denoise(x, at(0.5), COND).contributions
    assert [part.term for part in parts] == ["likelihood", "guidance"]


def test_options_of_an_interval_are_checked(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="guided-until cannot be 0.3: choose more than guided-from, which is 0.5"):
        validated(SampleOptions, {"guided_from": 0.5, "guided_until": 0.3})
    with pytest.raises(BadOption, match="rescale cannot be 2"):
        validated(SampleOptions, {"rescale": 2})
    save_small(tmp_path)
    plain = result(events("generate", {"count": 2, "guidance": 3.0}, context(tmp_path)))
    recorded = {"guided_from": 0.0, "guided_until": 1.0, "rescale": 0.0}
    same = result(events("generate", {"count": 2, "guidance": 3.0, **recorded}, context(tmp_path)))
    assert same.sha256 == plain.sha256
    other = result(events("generate", {"count": 2, "guidance": 3.0, "rescale": 0.7}, context(tmp_path)))
    assert other.sha256 != plain.sha256
