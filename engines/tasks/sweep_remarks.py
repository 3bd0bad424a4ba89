"""What is said of a sweep: before, which of its runs give poor results; at its charts, of what they are and who won."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engines.chart import Series
from engines.counted import counted
from engines.learnt import Learnt
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.priors import Prior
from engines.process.paths import Path
from engines.process.times import TimeGrid, time_grid
from engines.samplers.base import Sampler
from engines.samplers.remarks import walk_remark
from engines.samplers.suited import suited_remark
from engines.tasks.point_prior import PointPriorOptions


def sweep_remarks(samplers: Mapping[str, Sampler], runs: Iterable[tuple[str, int]], spacing: TimeGrid, prior: Prior,
                  ) -> Iterator[str]:
    """Each sentence once, with the sampler by its title and the steps that it is true of; of those that differ in
    their numbers alone the first, and of which other steps the like is true.

    Args:
        samplers: by title. runs: titles and numbers of steps, of runs that are to come. spacing, prior: of all.
    """
    found = dict[tuple[str, str], dict[str, list[int]]]()
    for title, steps in runs:
        times = spacing.times(prior.path, steps)
        said = walk_remark(samplers[title], prior.path, times, prior.prediction, prior.learnt)
        if said:
            before_numbers = re.split(r"\d", said, maxsplit=1)[0]
            found.setdefault((title, before_numbers), {}).setdefault(said, []).append(steps)
    for (title, _), alike in found.items():
        said, *others = alike
        like = [steps for other in others for steps in alike[other]]
        more = f" So it is, in other numbers, with {_listed(like)}." if like else ""
        yield f"{title} with {_listed(alike[said])}: {said}{more}"


def _listed(numbers: Sequence[int]) -> str:
    """“5, 10, 20 steps”."""
    *before, last = numbers
    return f"{''.join(f'{steps:,}, ' for steps in before)}{counted(last, 'step')}"


def sweep_caution(samplers: Iterable[Sampler], steps: Iterable[int], path: Path, model: ModelSpec | None) -> str:
    """The first sentence on a sampler that does not go with what the model has learned, "" where all do."""
    longest, learnt = time_grid(path, max(steps)), Learnt.MEAN if model is None else model.learnt
    return next(filter(None, (suited_remark(sampler, learnt, path, longest) for sampler in samplers)), "")


def sweep_about(options: PointPriorOptions, path: Path, spacing: TimeGrid, seeds: int) -> tuple[tuple[str, str], ...]:
    """What all runs of a sweep have in common, by name.

    Args:
        options: data and denoiser. path: that was walked, a model's own. spacing, seeds: of all runs.
    """
    return (("data", options.data.title), ("denoiser", spoken(options.prior)), ("path", path.title),
            ("spacing", spacing.title), ("seeds", f"{seeds}"))


def lowest_remark(metric: str, found: Sequence[Series], fair: float, spread: float) -> str:
    """Who is nearest to the truth, and where nearer means nothing any more.

    Args:
        metric: its key. found: the measured series. fair, spread: what exact samples have, and by how much by chance.
    """
    points = [(y, series.name, x) for series in found for x, y in zip(series.x, series.y, strict=True)
              if math.isfinite(y)]
    if not points:
        return "No run ended with finite samples."
    if metric == "nll":
        y, name, x = min(points, key=lambda point: abs(point[0] - fair))
        return (f"Nearest to the entropy of the truth, {fair:.3g}: {name} at {_calls(x)}, {y:.3g}. Below it samples "
                "are too likely: they crowd where the truth is dense.")
    y, name, x = min(points)
    return (f"Lowest: {name} at {_calls(x)}, {y:.3g}. The line is that of exact samples, {fair:.3g} ± {spread:.2g}; "
            "what lies within twice its band may differ from the truth by chance alone. All samplers begin from the "
            "same noise, so they lie high or low together.")


def _calls(number: float) -> str:
    """“1 call”, “2.5 calls”."""
    return "1 call" if number == 1 else f"{number:g} calls"
