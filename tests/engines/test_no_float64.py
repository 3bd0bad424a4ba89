"""A device without float64, as Apple's: samplers and methods never ask it for any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from engines.checks.oracle_claims import small_network
from engines.denoiser import Denoiser, NetworkDenoiser
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement, methods
from engines.inverse.mask import Mask
from engines.process.noise import Noise, sample_seeds
from engines.process.prediction import V
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import OneStep, Sampler, samplers
from engines.sampling import sampled
from engines.tasks.inpaint import known_error

PATH = VPCosine()
PRIOR = NetworkDenoiser(small_network(), PATH, V())
NOISE = Noise(sample_seeds(4, 2), (1, 8, 8))
TIMES = time_grid(PATH, 6)
MASK = Mask.example((1, 8, 8))
MEASUREMENT = Measurement(MASK, MASK.forward(torch.full((1, 1, 8, 8), 0.5)))


class OnDevice(Tensor):
    """A tensor of a device that has no float64; whatever is computed from one is on the device too."""

    @classmethod
    def __torch_function__(cls, func: Callable[..., Any], types: Sequence[type], args: Sequence[Any] = (),
                           kwargs: Mapping[str, Any] | None = None) -> Any:
        result = super().__torch_function__(func, types, args, kwargs or {})
        if func is Tensor.cpu:
            return result.as_subclass(Tensor)
        if isinstance(result, Tensor) and result.dtype is torch.float64:
            raise TypeError(f"{func.__name__}: the device has no float64")
        return result


def test_the_pretended_device_refuses_float64() -> None:
    x = torch.ones(2).as_subclass(OnDevice)
    with pytest.raises(TypeError, match="no float64"):
        (x * 2).double()
    assert (x * 2).cpu().double().dtype is torch.float64


# RePaint walks up and down by the one move of a sampler
PAIRS = [(name, method) for name, kind in samplers().items() for method in ("", *methods())
         if method != "repaint" or issubclass(kind, OneStep)]


@pytest.mark.parametrize(("name", "method"), PAIRS)
def test_no_sampler_or_method_needs_float64_on_the_device(name: str, method: str) -> None:
    sampler: Sampler = samplers()[name]()
    denoiser: Denoiser = ClassifierFree(PRIOR, 2.0)
    if method:
        denoiser, sampler = methods()[method]().posterior(PATH, denoiser, sampler, MEASUREMENT)
    x = NOISE.initial().as_subclass(OnDevice)
    for step in sampler(PATH, denoiser, x, TIMES, noise=NOISE, cond=torch.tensor([0, 1])):
        assert isinstance(step.x, OnDevice)
        assert known_error(MEASUREMENT)(step) >= 0
        assert all(not isinstance(size, OnDevice) for size in step.terms.values())
    assert sampled(step.x, 1, 1.0).samples.shape == (2, 1, 8, 8)
