"""Project points: what lies off the data is noised to some strengths and brought back to them (SDEdit in the plane)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import numpy as np
import torch
from pydantic import field_validator
from torch import Tensor

from engines.chance import generator
from engines.component import Options, option
from engines.context import Context, Start
from engines.counted import counted
from engines.data.points.base import PointSet
from engines.denoiser import NO_CLASS
from engines.errors import BadOption
from engines.events import Event, Measured, Noted, Sampled
from engines.guidance.base import parts_of
from engines.inverse.projection import Projection
from engines.inverse.staggered import Staggered
from engines.learnt import Learnt
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import Prior, prior_of
from engines.process.noise import Noise, sample_seeds
from engines.process.times import GridChoice, time_grid
from engines.samplers.base import SamplerChoice
from engines.samplers.ddpm import DDPM
from engines.samplers.remarks import walk_remark
from engines.sampling import Plan, sample
from engines.tasks.base import SAMPLED, Cost, Task
from engines.tasks.point_prior import PointPriorOptions
from engines.tasks.shared_options import seed_option, spacing_option
from engines.tasks.strengths import joined_at, shares, strengths_option, work
from engines.units import Units

AWAY = "away"  # what the chance of the directions is for


class ProjectPointsOptions(PointPriorOptions):
    """What is brought back, to which density, from which strengths."""

    strengths: tuple[int, ...] = strengths_option(
        (20, 40, 60), "Shares of the path that are noised, separated by commas: every point is brought back from each, "
                      "with the same noise; 0 leaves it where it is and 100 forgets where it was.", most=9, least=1)
    places: str = option("", title="Places", max_length=2000,
                         help="Where the points are, such as “1.5 2, -1 0.5”; empty takes points of the data and moves "
                              "them away.")
    away: float = option(0.8, title="Away", ge=0, le=10,
                         help="How far points of the data are moved away, each in a direction of its own, where no "
                              "places are given.")
    sampler: SamplerChoice = option(DDPM(), title="Sampler", help="How the denoiser is walked.", group="Sampler")
    steps: int = option(100, title="Steps", help="Moves of a whole walk, of which each strength makes the last ones.",
                        ge=1, le=1000, group="Sampler")
    spacing: GridChoice = spacing_option()
    count: int = option(12, title="Points", help="How many are brought back from every strength; places are taken in "
                                                 "turn.", ge=1, le=2000, group="Samples")
    seed: int = seed_option("Point k has the noise of seed + k at every strength.")

    @field_validator("strengths")
    @classmethod
    def _in_percent(cls, strengths: tuple[int, ...]) -> tuple[int, ...]:
        for strength in strengths:
            if not 0 <= strength <= 100:
                raise BadOption(f"A strength of {strength} % cannot be; use numbers from 0 (keep the point) to 100 "
                                "(forget it).")
        return strengths

    def begun(self, data: PointSet, units: Units | None) -> Tensor:
        """Where the points are at first: (count, d) float64, as they are computed with.

        Raises BadOption for places that are no points of the data's dimension.
        """
        places = self.named(data.dimension)
        if len(places):
            given = np.asarray(places) if units is None else units.standard(np.asarray(places))
            return torch.as_tensor(given[np.arange(self.count) % len(given)])
        points = data.sample(self.count, self.seed).double()
        ways = torch.randn(points.shape, generator=generator(self.seed, AWAY), dtype=torch.float64)
        return points + self.away * ways / ways.square().sum(dim=1, keepdim=True).sqrt()

    def named(self, dimension: int) -> list[list[float]]:
        """The places of the options, as the user writes them; raises BadOption."""
        found = list[list[float]]()
        for part in filter(None, (part.strip() for part in self.places.split(","))):
            try:
                numbers = [float(word) for word in part.split()]
            except ValueError:
                numbers = []
            if len(numbers) != dimension or not np.isfinite(numbers).all():
                raise BadOption(f"“{part}” is no place of {counted(dimension, 'number')}; write numbers with blanks "
                                "between them, and commas between places.")
            found.append(numbers)
        return found


class ProjectPoints(Task):
    """SDEdit (Meng et al. 2022) of points, by the same walk as that of a picture in Edit."""

    name: ClassVar[str] = "project-points"
    title: ClassVar[str] = "Project"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Points off the data are noised and brought back to them, from several strengths."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "field"
    finds: ClassVar[str] = "its projection"
    noises: ClassVar[bool] = True
    place: ClassVar[int] = 66
    Form: ClassVar[type[Options]] = ProjectPointsOptions
    figures: ClassVar[Mapping[str, str]] = {
        **SAMPLED, "moved": "root mean square distance of points from where they were",
        "gained": "mean gain of log-density on the way, in nats; of exact densities alone"}

    def title_of(self, options: Any) -> str:
        """“12 points brought back to Two moons, strengths 0.2 to 0.6”."""
        chosen = cast(ProjectPointsOptions, options)
        low, high = min(shares(chosen.strengths)), max(shares(chosen.strengths))
        told = f"strengths {low:g} to {high:g}" if low < high else f"strength {low:g}"
        return f"{counted(chosen.count, 'point')} brought back to {chosen.data.title}, {told}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The evaluations of the strongest, and as many points as would take all of them with those."""
        chosen = cast(ProjectPointsOptions, options)
        path, _ = chosen.known(model)
        most, walks = work(chosen.sampler, path, time_grid(path, chosen.steps, chosen.spacing),
                           shares(chosen.strengths))
        return chosen.cost(chosen.count * walks, most)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model without means of the data or of other data, or what `walk_remark` says of the sampler."""
        chosen = cast(ProjectPointsOptions, options)
        path, _ = chosen.known(model)
        times = time_grid(path, chosen.steps, chosen.spacing)
        first = min(joined_at(path, times, shares(chosen.strengths)))
        said = walk_remark(chosen.sampler, path, times, None if model is None else model.prediction,
                           Learnt.MEAN if model is None else model.learnt, first)
        return super().caution(options, model) or chosen.caution(model) or said

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse own points that cannot be read, a model of another dimension, and places that are none."""
        chosen = cast(ProjectPointsOptions, options)
        data, _ = chosen.checked(files, model)
        chosen.named(data.dimension)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Noted, Opened, a Stepped for each step, Measured, Noted for each strength, and Sampled."""
        chosen = cast(ProjectPointsOptions, options)
        data = chosen.data.bound(context.files)
        prior = prior_of(data, chosen.prior, chosen.path, context)
        yield from self.unmeant(prior.learnt)
        if prior.note:
            yield Noted(prior.note)
        points = chosen.begun(data, prior.units).float().to(prior.place(context.device.torch))
        for event in sample(projected(chosen, prior, points, context, self.title_of(chosen))):
            if isinstance(event, Sampled):
                yield from told(chosen, prior, points, torch.as_tensor(event.samples))
            yield event


def projected(chosen: ProjectPointsOptions, prior: Prior, points: Tensor, context: Context, title: str) -> Plan:
    """The plan of bringing points (count, d) back from every strength: all points from the first, then the next."""
    strengths = shares(chosen.strengths)
    times = time_grid(prior.path, chosen.steps, chosen.spacing)
    data = points.repeat(len(strengths), 1)
    joins = tuple(join for join in joined_at(prior.path, times, strengths) for _ in points)
    seeds = sample_seeds(chosen.seed, chosen.count) * len(strengths)
    sampler = Projection(inner=Staggered(inner=chosen.sampler, data=data, joins=joins))
    return Plan(title, prior.path, prior.denoiser, sampler, times, Noise(seeds, (prior.dimension,), points.device),
                (NO_CLASS,) * len(seeds), context.start or Start(0, data.cpu().numpy()),
                parts_of(prior.denoiser, chosen.sampler), prediction=prior.prediction, units=prior.units,
                learnt=prior.learnt)


def told(chosen: ProjectPointsOptions, prior: Prior, points: Tensor, ends: Tensor) -> Iterator[Event]:
    """How far the points (count, d) went on the way to their ends (strengths·count, d)."""
    ends, points = ends.double().cpu(), points.double().cpu()
    squares = (ends.reshape(len(chosen.strengths), len(points), -1) - points).square().sum(dim=2)
    figures = {"moved": float(squares.mean().sqrt())}
    if prior.mixture is not None:
        before, after = prior.mixture.log_density(points).mean(), prior.mixture.log_density(ends).mean()
        figures["gained"] = float(after - before)
    yield Measured(figures)
    scale = 1.0 if prior.units is None else prior.units.scale
    far = ", ".join(f"{scale * float(one.mean().sqrt()):.2g}" for one in squares)
    each = ", ".join(f"{one:g}" for one in shares(chosen.strengths))
    several = len(chosen.strengths) > 1
    yield Noted(f"From the {'strengths' if several else 'strength'} {each} the points ended at a root mean square "
                f"distance of {far} from where they were.")
