"""A device without float64, as Apple's: samplers and methods never ask it for any."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engines.analytic import MixtureDenoiser, rounds
from engines.checks.oracle_claims import small_network
from engines.denoiser import Denoiser, NetworkDenoiser
from engines.errors import BadOption
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement, methods
from engines.operators.mask import PaintedMask
from engines.process.noise import Noise, sample_seeds
from engines.process.prediction import V
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler, samplers
from engines.sampling import sampled
from engines.tasks.inpaint import known_error
from tests.engines.other_device import ELSEWHERE, OtherDevice

PATH = VPCosine()
PRIOR = NetworkDenoiser(small_network(), PATH, V())
NOISE = Noise(sample_seeds(4, 2), (1, 8, 8))
TIMES = time_grid(PATH, 6)
MASK = PaintedMask.example((1, 8, 8))
MEASUREMENT = Measurement(MASK, MASK.forward(torch.full((1, 1, 8, 8), 0.5)))


def test_the_pretended_device_refuses_float64_and_what_lies_elsewhere() -> None:
    with OtherDevice():
        x = torch.ones(2).to(ELSEWHERE.torch)
        with pytest.raises(TypeError, match="no float64"):
            (x * 2).double()
        with pytest.raises(RuntimeError, match="same device"):
            _ = x * torch.ones(2)
        assert (x * torch.tensor(2.0)).device == ELSEWHERE.torch  # a number may come from anywhere
        assert (x * 2).cpu().double().dtype is torch.float64




def _able(method: str, sampler: Sampler) -> bool:
    """Whether a method takes a sampler: some need one Gaussian move a step, or its noise.

    One that asks no model asks no sampler either, and is tried with one of them.
    """
    chosen = methods()[method]()
    try:
        chosen.check(sampler)
    except BadOption:
        return False
    return sampler.name == "ddpm" or chosen.evaluations(PATH, sampler, TIMES) > 0


PAIRS = [(name, method) for name, kind in samplers().items() for method in ("", *methods())
         if not method or _able(method, kind())]


@pytest.mark.parametrize(("name", "method"), PAIRS)
def test_no_sampler_or_method_needs_float64_on_the_device(name: str, method: str) -> None:
    sampler: Sampler = samplers()[name]()
    denoiser: Denoiser = ClassifierFree(PRIOR, 2.0)
    if method:
        denoiser, sampler = methods()[method]().posterior(PATH, denoiser, sampler, MEASUREMENT)
    with OtherDevice():
        _walk(sampler, denoiser)


@pytest.mark.parametrize("name", samplers())
def test_the_exact_denoiser_takes_states_of_any_device(name: str) -> None:
    sampler: Sampler = samplers()[name]()
    blobs = rounds(torch.ones(2), torch.tensor([[-0.5], [0.5]]).expand(2, 64), 0.1)
    with OtherDevice():
        _walk(sampler, ClassifierFree(MixtureDenoiser(blobs, PATH), 2.0))


def _walk(sampler: Sampler, denoiser: Denoiser) -> None:
    """Sample on the pretended device, and measure as tasks do."""
    x, cond = NOISE.initial().to(ELSEWHERE.torch), torch.tensor([0, 1]).to(ELSEWHERE.torch)
    for step in sampler(PATH, denoiser, x, TIMES, noise=replace(NOISE, device=ELSEWHERE.torch), cond=cond):
        assert step.x.device == ELSEWHERE.torch
        assert known_error(MEASUREMENT)(step) >= 0
        assert all(size.device == torch.device("cpu") for size in step.terms.values())
    assert sampled(step.x, 1, 1.0).samples.shape == (2, 1, 8, 8)
