"""Sampling with an exact denoiser as studies need it: by names of samplers, without a trajectory."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator
from torch import Tensor

from engines.analytic import Mixture
from engines.component import build
from engines.data.points.base import PointSet, point_sets
from engines.denoiser import NO_CLASS, Denoiser
from engines.errors import BadOption
from engines.events import Progressed
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.samplers.base import Sampler, samplers
from engines.sampling import Plan, steps


@dataclass(frozen=True, slots=True)
class Walked:
    """What sampling gave: samples (N, *shape) float32 and how often the denoiser was called for each."""

    points: Tensor
    calls: int


def walked(denoiser: Denoiser, path: Path, sampler: Sampler, times: Tensor, count: int, seed: int,
           shape: tuple[int, ...]) -> Generator[None, None, Walked]:
    """Draw samples, pausing after each move; the walk is the generator's value.

    Args:
        denoiser, path, sampler, times: as `Sampler` takes them.
        count: how many samples.
        seed: sample k is that of seed + k.
        shape: of one sample, (d,) for points.

    Raises:
        Diverged, BadOption: the sampler cannot go this way.
    """
    noise = Noise(sample_seeds(seed, count), shape)
    plan = Plan("", path, denoiser, sampler, times, noise, (NO_CLASS,) * count)
    walk = steps(plan)
    last = next(walk)
    for step in walk:
        last = step
        yield
    return Walked(last.x, last.nfe)


def progress(walk: Generator[None, None, Walked], done: int, total: int, most: int = 0,
             ) -> Generator[Progressed, None, Walked]:
    """A walk that tells how far all of them are: `done` moves of `total` before this one.

    most: moves that it is taken for however many it makes, so that the next one never begins further back; 0 for all.
    """
    most = min(done + most, total) if most else total
    while True:
        try:
            next(walk)
        except StopIteration as ended:
            return ended.value
        done += 1
        yield Progressed(min(done, most), total)


def exact_mixture(data: PointSet) -> Mixture:
    """A mixture that has the density of a data set; raises BadOption, with the sets that have one."""
    oracle = data.oracle()
    if oracle is None:
        others = [name for name, kind in point_sets().items() if kind().oracle() is not None]
        raise BadOption(f"The exact denoiser of “{data.title}” is not known; choose one of "
                        f"{', '.join(others)}.")
    return oracle


def sampler_names(text: str) -> tuple[str, ...]:
    """Names of samplers from a text with commas, each once; raises BadOption for none, and naming an unknown one."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names:
        raise BadOption(f"No sampler is named; give some of {', '.join(samplers())}, separated by commas.")
    for name in names:
        if name not in samplers():
            raise BadOption(f"Sampler “{name}” is not known; choose from {', '.join(samplers())}.")
    return names


def _all_known(text: str) -> str:
    sampler_names(text)
    return text


# a text that `samplers_of` takes, refused by the form already where it names one that is not there
SamplerNames = Annotated[str, AfterValidator(_all_known)]


def samplers_of(text: str) -> dict[str, Sampler]:
    """The samplers that a text names, with their default options, by their titles; raises BadOption as above."""
    found = [build(Sampler, name, samplers) for name in sampler_names(text)]
    return {sampler.title: sampler for sampler in found}
