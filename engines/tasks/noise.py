"""Noise: the forward process on any picture, with its schedule."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.denoiser import NO_CLASS
from engines.events import Event, Progressed, Stepped
from engines.formula import Formulated, Term
from engines.model_file import ModelSpec
from engines.opening import opened_along
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, PathChoice
from engines.process.shapes import expand, norms
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Step
from engines.sampling import sampled
from engines.shown import SIGNAL
from engines.tasks.base import SAMPLED, Cost
from engines.tasks.generate import TOGETHER
from engines.tasks.pictures import PictureOptions, PictureTask, Sight, open_picture
from engines.tasks.shared_options import seed_option

AT_ONCE = 2**22  # numbers of a part: a fraction of a second


class Forward(Formulated):
    """The state at a time, in one draw."""

    formula: ClassVar[tuple[str, ...]] = (
        r"x_t = \term{prior}{\alpha_t x_0} + \term{noise}{\sigma_t \epsilon}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Picture"), Term("noise", "Noise"))


class NoiseOptions(PictureOptions):
    """A picture and the process that dissolves it."""

    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.", group="Process")
    steps: int = option(100, title="Steps", help="Times between the picture and pure noise.", ge=1, le=1000,
                        group="Process")
    size: int = option(64, title="Size", unit="px", help="Side of the square that is noised.", ge=4, le=512,
                       group="Process")
    count: int = option(1, title="Count", help="How many noises.", ge=1, le=TOGETHER, group="Samples")
    seed: int = seed_option("Decides the noise.")


class NoiseTask(PictureTask):
    """Run a picture along the path with one fixed noise, so that a slider over t is smooth."""

    name: ClassVar[str] = "noise"
    title: ClassVar[str] = "Noise"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "The forward process: how a picture turns into noise."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 40
    Form: ClassVar[type[Options]] = NoiseOptions
    shows_course: ClassVar[bool] = True
    needs_state: ClassVar[bool] = False
    invitation: ClassVar[str] = "Open, drop or paste a picture to see how noise destroys it, or take a sample."
    hint: ClassVar[str] = "Press Run to see the picture turn into noise."
    figures: ClassVar[Mapping[str, str]] = {"nfe": "0: no network is used", "sha256": SAMPLED["sha256"],
                                            "times": "t of each column of the strip"}

    def title_of(self, options: Any) -> str:
        """“Noise, 1 variant”."""
        return f"Noise, {counted(cast(NoiseOptions, options).count, 'variant')}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """No evaluation at all."""
        del model
        return Cost(cast(NoiseOptions, options).count, 0)

    def sight(self, options: Any, model: ModelSpec | None, channels: int) -> Sight | None:
        """The square at the size of the options, in the picture's own colours."""
        del model
        return Sight("Noise takes", cast(NoiseOptions, options).size, channels)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Opened, a Stepped for each time from 0 to t_max (Progressed in between for large ones), Sampled."""
        chosen = cast(NoiseOptions, options)
        began = time.perf_counter()
        picture = open_picture(context.files, chosen)
        x0 = torch.tensor(picture.model_input(picture.pixels.shape[2], chosen.size)).to(context.device.torch)
        noise = Noise(sample_seeds(chosen.seed, chosen.count), tuple(x0.shape), context.device.torch)
        # from data to noise here, unlike a sampler's grid: the forward process
        times = torch.linspace(0, chosen.path.t_max, chosen.steps + 1, dtype=torch.float64)
        yield opened_along(self.title_of(chosen), chosen.path, times, (chosen.count, *noise.shape), noise.seeds,
                           (NO_CLASS,) * chosen.count, (Forward,))
        first, x = context.start.index if context.start else 0, x0
        eps = yield from _in_parts(noise, Progressed(first, chosen.steps))
        for i in range(first, len(times)):
            step = yield from _step(chosen.path, x0, eps, times, i)
            x = step.x
            yield Stepped(step, {SIGNAL: float(chosen.path.abar(times[i]))})
        # a picture, so of the size of one: where variance explodes the last state is a hundred times as large
        yield sampled(x / expand(chosen.path.scale(times[-1]), x), 0, time.perf_counter() - began)


def _in_parts(noise: Noise, here: Progressed) -> Generator[Event, None, list[Tensor]]:
    """The noise, as the generator's value: one part after the other, so that a stop acts between them."""
    most = max(1, AT_ONCE // math.prod(noise.shape))
    parts = list[Tensor]()
    for k in range(0, len(noise.seeds), most):
        if parts:
            yield here
        parts.append(replace(noise, seeds=noise.seeds[k:k + most]).initial())
    return parts


def _step(path: Path, x0: Tensor, eps: list[Tensor], times: Tensor, i: int) -> Generator[Event, None, Step]:
    """The states of a picture x0 (C, H, W) at time i, as the generator's value, with the norms of their two parts."""
    t, total = times[i], len(times) - 1
    signal, states, sizes = expand(path.alpha(t), x0) * x0, list[Tensor](), list[Tensor]()
    for part in eps:
        if states:
            yield Progressed(max(0, i - 1), total)
        noise = expand(path.sigma(t), part) * part
        states.append(signal + noise)
        sizes.append(norms(noise))
    x = torch.cat(states)
    terms = {"prior": norms(signal[None]).repeat(len(x)), "noise": torch.cat(sizes)}
    return Step(i, total, float(t), x, x0.expand(x.shape).clone(), 0, terms)
