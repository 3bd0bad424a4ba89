"""The naive paste, and the seam that it leaves, by the definition of the seam's error."""

from __future__ import annotations

import pytest
import torch

from engines.checks.oracle_claims import resume_gap
from engines.errors import BadMask
from engines.inverse.naive import Naive
from engines.inverse.seam import seam_error
from engines.samplers.base import Sampler, samplers
from engines.samplers.ddpm import DDPM
from tests.engines.test_inverse import IMAGE, NETWORK, NOISE, PATH, TIMES, painted
from tests.engines.walked import terms_add_up


def boxed(height: int, width: int, box: tuple[int, int, int, int]) -> torch.Tensor:
    """What is known (1, H, W) but for a box (top, left, bottom, right)."""
    known = torch.ones(1, height, width)
    top, left, bottom, right = box
    known[:, top:bottom, left:right] = 0
    return known


BOXES = [boxed(9, 12, (3, 2, 6, 9)), boxed(9, 12, (0, 0, 4, 12)), boxed(9, 12, (2, 5, 9, 6))]


@pytest.mark.parametrize("known", BOXES)
@pytest.mark.parametrize("slope", [(0.1, 0.0), (0.0, -0.3), (0.2, 0.05)])
def test_a_ramp_has_no_seam(known: torch.Tensor, slope: tuple[float, float]) -> None:
    down, across = torch.meshgrid(torch.arange(9).double(), torch.arange(12).double(), indexing="ij")
    ramp = (slope[0] * down + slope[1] * across)[None, None]
    assert float(seam_error(known, ramp).abs().max()) < 1e-12


@pytest.mark.parametrize("known", BOXES)
def test_a_step_at_the_edge_is_as_high_as_it_is(known: torch.Tensor) -> None:
    """Upwards or downwards, on flat ground exactly; each picture has its own."""
    heights = torch.tensor([0.5, -0.25, 0.0], dtype=torch.float64)
    stepped = heights[:, None, None, None] * (1 - known) + 0.1
    torch.testing.assert_close(seam_error(known, stepped), heights.abs())


def test_a_step_anywhere_else_is_none() -> None:
    """It makes jumps usual, and the edge is smoother than they are."""
    known = boxed(8, 8, (2, 2, 6, 6))
    x = torch.zeros(1, 1, 8, 8)
    x[..., 7] = 1
    # 8 of the 40 pairs along the rows that do not cross the edge are steps, and half of the pairs at it are in rows
    assert float(seam_error(known, x)) == pytest.approx(-8 / (56 - 8) / 2)


def test_a_mask_without_an_edge_is_refused() -> None:
    with pytest.raises(BadMask, match="no edge"):
        seam_error(torch.ones(1, 4, 4), torch.zeros(1, 1, 4, 4))


@pytest.mark.parametrize("sampler", [kind() for kind in samplers().values()], ids=lambda sampler: sampler.name)
def test_it_is_the_prior_until_the_paste(sampler: Sampler) -> None:
    measurement = painted()
    denoiser, walk = Naive().posterior(PATH, NETWORK, sampler, measurement)
    plain = list(sampler(PATH, NETWORK, NOISE.initial(), TIMES, noise=NOISE))
    steps = list(walk(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    assert all(torch.equal(a.x, b.x) for a, b in zip(plain, steps[:-1], strict=True))
    assert torch.equal(steps[-1].x, measurement.composite(plain[-1].x))
    assert torch.equal(steps[-1].x[..., :4], IMAGE[..., :4].expand(2, 1, 8, 4))
    assert [step.index for step in steps] == list(range(steps[0].total + 1))
    assert [step.t for step in steps] == walk.visited(TIMES).tolist()
    assert steps[-1].nfe == plain[-1].nfe
    assert sampler.adaptive or walk.evaluations(TIMES) == sampler.evaluations(TIMES)
    assert all(set(step.terms) == {"prior", "likelihood", "noise"} for step in steps[:-1])
    # what an adaptive sampler spent before a resumption is not known there
    assert sampler.adaptive or resume_gap(walk, NETWORK, PATH) == 0


def test_the_terms_of_the_paste_add_up() -> None:
    denoiser, walk = Naive().posterior(PATH, NETWORK, DDPM(), painted())
    terms_add_up(list(walk(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE)))
