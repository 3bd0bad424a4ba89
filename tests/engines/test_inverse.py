"""Masks, RePaint, DPS and SDEdit."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engines.checks.oracle_claims import last, small_network
from engines.checks.papers import repaint_levels
from engines.denoiser import NetworkDenoiser
from engines.errors import BadInput, BadMask, BadOption
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement, methods
from engines.inverse.repaint import RePaint, Repainting, schedule
from engines.inverse.sdedit import sdedit_start
from engines.operators.base import degradations
from engines.operators.mask import Mask, PaintedMask
from engines.process.noise import Noise, sample_seeds
from engines.process.prediction import X0, V
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import OneStep, Step
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.samplers.euler import Euler

PATH = VPCosine()
NETWORK = NetworkDenoiser(small_network(), PATH, V())
NOISE = Noise(sample_seeds(4, 2), (1, 8, 8))
TIMES = time_grid(PATH, 12)
IMAGE = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1


def painted() -> Measurement:
    """The left half is known, the right to be filled, some of it painted softly."""
    paint = torch.zeros(8, 8)
    paint[:, 4:] = 1
    paint[:, 4], paint[:, 5] = 0.3, 0.7
    mask = Mask.painted(paint, (1, 8, 8))
    return Measurement(mask, mask.forward(IMAGE))


def test_registries() -> None:
    assert {"repaint", "dps"} <= set(methods())
    assert "mask" in degradations()


@pytest.mark.parametrize(("paint", "sentence"), [
    (torch.zeros(8, 8), "covers nothing"), (torch.ones(8, 8), "covers everything"),
    (torch.ones(4, 6), "6×4 px and the picture 8×8 px"), (torch.full((8, 8), 255.0), "255"),
    (torch.full((8, 8), 0.5), "touches all of the 8×8 px")])
def test_bad_masks(paint: torch.Tensor, sentence: str) -> None:
    with pytest.raises(BadMask, match=sentence):
        Mask.painted(paint, (1, 8, 8))


def test_a_mask_of_one_channel_serves_all_and_stays_out_of_the_recipe() -> None:
    paint = torch.zeros(8, 8)
    paint[0, 0] = 1
    mask = Mask.painted(paint, (3, 8, 8))
    assert mask.shape_in == (3, 8, 8)
    assert PaintedMask().model_dump() == {"name": "mask"}


def test_measurement_of_another_shape_is_refused() -> None:
    with pytest.raises(BadInput, match="shape"):
        Measurement(painted().operator, torch.zeros(1, 1, 4, 4))


def test_composite_is_exact_where_nothing_is_painted_and_leaves_all_else() -> None:
    filled = torch.full((2, 1, 8, 8), 0.25)
    filled[:, :, 0, 0] = torch.inf  # even a diverged value under a known pixel
    done = painted().composite(filled)
    assert torch.equal(done[..., :4], IMAGE[..., :4].expand(2, 1, 8, 4))
    assert torch.equal(done[..., 4:], filled[..., 4:])


@given(st.integers(1, 60), st.integers(1, 15), st.integers(1, 6))
def test_schedule_is_the_papers(steps: int, jump: int, resample: int) -> None:
    visits = schedule(steps, jump, resample)
    assert [steps - i for i in visits] == repaint_levels(steps, jump, resample)
    assert (visits[0], visits[-1], visits.count(steps)) == (0, steps, 1)
    assert {abs(a - b) for a, b in pairwise(visits)} == {1}


def test_schedule_in_full() -> None:
    assert schedule(6, 2, 2) == (0, 1, 2, 3, 2, 1, 2, 3, 4, 5, 4, 3, 4, 5, 6)
    assert schedule(4, 10, 10) == schedule(4, 1, 1) == (0, 1, 2, 3, 4)


def test_only_a_few_schedules_are_kept() -> None:
    for steps in range(20, 80):
        schedule(steps, 3, 2)
    assert schedule.cache_info().currsize <= 16


def test_every_pass_of_repaint_pastes_another_noise() -> None:
    """What is known is noised anew at the same level, also where a stretch is gone through again."""
    denoiser, sampler = RePaint(jump=3, resample=3).posterior(PATH, NETWORK, DDIM(), painted())
    pasted: dict[float, list[torch.Tensor]] = {}
    for before, step in pairwise(sampler(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE)):
        if 0 < step.t < before.t:
            alpha, sigma = (float(f(torch.tensor(step.t, dtype=torch.float64))) for f in (PATH.alpha, PATH.sigma))
            pasted.setdefault(step.t, []).append((step.x[..., :4] - alpha * IMAGE[..., :4]) / sigma)
    assert max(len(noises) for noises in pasted.values()) >= 3
    every = torch.stack([noise.flatten() for noises in pasted.values() for noise in noises])
    assert float((every.corrcoef() - torch.eye(len(every))).abs().max()) < 0.6
    assert float(every.std()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("inner", [DDPM(), DDIM(), DDIM(eta=0.5)], ids=str)
def test_repaint_steps(inner: OneStep) -> None:
    """Every inner move is a Step; t goes up and down; the known pixels carry their noise level, then none."""
    denoiser, sampler = RePaint(jump=3, resample=2).posterior(PATH, NETWORK, inner, painted())
    steps = list(sampler(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    levels = schedule(12, 3, 2)
    assert [s.index for s in steps] == list(range(len(levels)))
    assert sampler.steps(TIMES) == steps[0].total == len(levels) - 1
    assert [s.t for s in steps] == sampler.visited(TIMES).tolist()
    assert steps[-1].nfe == sum(b > a for a, b in pairwise(levels)) == 12 + 3 * 3
    assert all(set(s.terms) == {"prior", "likelihood", "noise"} for s in steps[:-1])
    assert torch.equal(steps[-1].x[..., :4], IMAGE[..., :4].expand(2, 1, 8, 4))


def test_repaint_pastes_the_known_region_at_its_noise_level() -> None:
    measurement = painted()
    denoiser, sampler = RePaint(jump=3, resample=2).posterior(PATH, NETWORK, DDIM(), measurement)
    first, second, *_ = sampler(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE)
    known = PATH.diffuse(IMAGE, NOISE(0, 1), TIMES[1])
    torch.testing.assert_close(second.x[..., :4], known[..., :4], rtol=0, atol=0)
    plain = next(DDIM()(PATH, NETWORK, NOISE.initial(), TIMES, noise=NOISE))
    move = DDIM().move(PATH, TIMES[0], TIMES[1])
    unknown = float(move.keep) * plain.x + float(move.pull) * plain.x0
    torch.testing.assert_close(second.x[..., 4:], unknown[..., 4:])
    change = (known - unknown)[..., :4].flatten(1).norm(dim=1)
    torch.testing.assert_close(first.terms["likelihood"], change.double(), rtol=1e-5, atol=0)


def test_repaint_ends_with_the_known_pixels_and_the_last_estimate() -> None:
    measurement = painted()
    denoiser, sampler = RePaint(jump=3, resample=2).posterior(PATH, NETWORK, DDPM(), measurement)
    *_, before, end = sampler(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE)
    assert torch.equal(end.x[..., :4], IMAGE[..., :4].expand(2, 1, 8, 4))
    torch.testing.assert_close(end.x, measurement.composite(before.x0))
    (again,) = sampler(PATH, denoiser, end.x, TIMES, noise=NOISE, start=end.index)
    assert torch.equal(again.x, end.x)


def test_a_softly_painted_edge_keeps_the_noise_of_its_level() -> None:
    """Were the edge blended at every level, its variance would shrink to w² + (1 − w)² of what it should be."""
    noise = Noise(sample_seeds(0, 400), (1, 8, 8))
    prior = NetworkDenoiser(lambda x, t, cond: 0 * x, PATH, X0())
    denoiser, sampler = RePaint(jump=3, resample=2).posterior(PATH, prior, DDIM(), painted())
    for step in list(sampler(PATH, denoiser, noise.initial(), TIMES, noise=noise))[1:6]:
        wanted = float(PATH.sigma(torch.tensor(step.t, dtype=torch.float64)))
        assert float(step.x[..., 4:6].std()) == pytest.approx(wanted, rel=0.03)


def test_repaint_goes_up_by_the_forward_process() -> None:
    denoiser, sampler = RePaint(jump=3, resample=2).posterior(PATH, NETWORK, DDPM(), painted())
    steps = list(sampler(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    up = next(s for s, after in pairwise(steps) if after.t > s.t)
    factor, variance = PATH.transition(*(torch.tensor(s.t, dtype=torch.float64) for s in (up, steps[up.index + 1])))
    expected = float(factor) * up.x + float(variance.sqrt()) * NOISE(up.index, 2)
    torch.testing.assert_close(steps[up.index + 1].x, expected)
    assert up.nfe == steps[up.index - 1].nfe
    assert up.x0 is steps[up.index - 1].x0


def test_a_move_up_has_every_term_that_moves_down_have() -> None:
    """Also the guidance, which adds nothing there; also where a resumed run begins with it."""
    denoiser, sampler = RePaint(jump=3, resample=2).posterior(PATH, ClassifierFree(NETWORK, 3.0), DDPM(), painted())

    def walked(x: torch.Tensor, start: int) -> list[Step]:
        return list(sampler(PATH, denoiser, x, TIMES, noise=NOISE, cond=torch.tensor([0, 1]), start=start))

    steps = walked(NOISE.initial(), 0)
    up = next(s for s, after in pairwise(steps) if after.t > s.t)
    assert float(steps[0].terms["guidance"].min()) > 0
    for begun in (up, walked(up.x, up.index)[0]):
        assert set(begun.terms) == set(steps[0].terms) == {"prior", "guidance", "likelihood", "noise"}
        assert set(begun.deltas) == set(steps[0].deltas) == {"guidance", "likelihood"}
        for name, delta in begun.deltas.items():
            assert torch.equal(begun.terms[name], torch.zeros(2, dtype=torch.float64))
            assert torch.equal(delta, torch.zeros_like(up.x))


def test_repaint_needs_a_sampler_of_gaussian_moves_and_names_them() -> None:
    nested = RePaint().posterior(PATH, NETWORK, DDPM(), painted())[1]
    assert isinstance(nested, Repainting)
    for other in (nested, Euler()):  # Euler evaluates once a step too, by a formula that is no such move
        with pytest.raises(BadOption, match=r"whose step is a Gaussian move \(DDIM, DDPM ancestral, DPM-Solver-1\)"):
            RePaint().posterior(PATH, NETWORK, other, painted())


@pytest.mark.parametrize(("strength", "start"), [(1.0, 0), (0.5, 6), (0.25, 9), (0.0, 12)])
def test_sdedit_starts_at_the_nearest_time(strength: float, start: int) -> None:
    x, index = sdedit_start(PATH, TIMES, IMAGE, strength, NOISE)
    assert index == start
    torch.testing.assert_close(x, PATH.diffuse(IMAGE.expand(2, 1, 8, 8), NOISE.initial(), TIMES[start]))
    end = last(DDIM()(PATH, NETWORK, x, TIMES, noise=NOISE, start=index))
    assert strength > 0 or torch.equal(end.x, IMAGE.expand(2, 1, 8, 8))


def test_sdedit_refuses_a_strength_outside_its_range() -> None:
    with pytest.raises(BadOption, match="1.5"):
        sdedit_start(PATH, TIMES, IMAGE, 1.5, NOISE)
