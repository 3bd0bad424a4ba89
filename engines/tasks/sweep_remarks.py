"""What is said of a sweep's runs before they are made: which of them give poor results, and what does better."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engines.counted import counted
from engines.learnt import Learnt
from engines.model_file import ModelSpec
from engines.priors import Prior
from engines.process.paths import Path
from engines.process.times import TimeGrid, time_grid
from engines.samplers.base import Sampler
from engines.samplers.remarks import walk_remark
from engines.samplers.suited import suited_remark


def sweep_remarks(samplers: Mapping[str, Sampler], runs: Iterable[tuple[str, int]], spacing: TimeGrid, prior: Prior,
                  ) -> Iterator[str]:
    """Each sentence once, with the sampler by its title and the steps that it is true of.

    Args:
        samplers: by title. runs: titles and numbers of steps, of runs that are to come. spacing, prior: of all.
    """
    found = dict[tuple[str, str], list[int]]()
    for title, steps in runs:
        times = spacing.times(prior.path, steps)
        said = walk_remark(samplers[title], prior.path, times, prior.prediction, prior.learnt)
        if said:
            found.setdefault((title, said), []).append(steps)
    for (title, said), numbers in found.items():
        *before, last = numbers
        yield f"{title} with {''.join(f'{steps:,}, ' for steps in before)}{counted(last, 'step')}: {said}"


def sweep_caution(samplers: Iterable[Sampler], steps: Iterable[int], path: Path, model: ModelSpec | None) -> str:
    """The first sentence on a sampler that does not go with what the model has learned, "" where all do."""
    longest, learnt = time_grid(path, max(steps)), Learnt.MEAN if model is None else model.learnt
    return next(filter(None, (suited_remark(sampler, learnt, path, longest) for sampler in samplers)), "")
