"""Damaged digits and photographs, restored by this program and by deepinv."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from engines.errors import WorkbenchError
from workbench.bench.line import Comparison, Line, Settings, compared, missing
from workbench.bench.peer import Peer, Wanted, peer_python, running

if TYPE_CHECKING:
    from engines.benchmarks.restoring import Both, Restored
    from engines.checkpoint import Model

DEEPINV = Wanted("deepinv", ("deepinv>=0.5", "scikit-image>=0.24"), ("torch", "deepinv", "skimage"), "deepinv")
LEAD, SLACK, ABOVE = 0.3, 0.1, 1.0  # dB: best over best, a method below its counterpart, best over total variation
SAME, UNIT = 1e-5, "rms error"  # of operators, relative: both compute in float32
BEST, CLASSICAL = ", best", "total variation"  # end of the name of a figure that has parts; the one without a network
NAME = "restored pictures, rms error over deepinv’s"


class Inverse(Line):
    """The same problems by the methods that both have, and by our best."""

    name: ClassVar[str] = "inverse"
    about: ClassVar[str] = "Damaged digits and photographs restored by us and by deepinv with the same network"

    def measure(self, settings: Settings) -> list[Comparison]:
        """PSNRs as ratios of errors, seconds, and operators; what cannot be had is a figure with a note."""
        try:
            return restored(settings, peer_python(settings.peer, settings.say, DEEPINV))
        except WorkbenchError as error:
            return [missing(NAME, 1.0, UNIT, str(error))]


def restored(settings: Settings, python: Path) -> list[Comparison]:
    """All figures; raises NoPeer."""
    from engines.benchmarks import deepinv_peer
    from engines.benchmarks.restoring import PHOTOS, peer_version, priors, write_about
    from engines.threads import use_threads

    use_threads(settings.threads)
    models, absent = priors(settings.model)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_about(folder, models, settings.threads)
        with running(python, Path(deepinv_peer.__file__), folder, settings.threads) as peer:
            found, apart = measured(models, folder, peer, settings.say)
        version = peer_version(folder)
    figures = [figure for data in models for figure in about_data(data, [b for b in found if b.problem.data == data])]
    missed = [missing(f"{PHOTOS}: {NAME}", 1.0, UNIT, absent)] if absent else []
    return [*figures, *missed, about_operators(apart, version)]


def measured(models: Mapping[str, Model], folder: Path, peer: Peer, say: Callable[[str], object],
             ) -> tuple[list[Both], dict[str, float]]:
    """Every problem by both, and how far every operator is apart, by what it does."""
    from engines.benchmarks import restoring

    truths = restoring.truths(folder, models)
    found = restoring.problems(truths)
    others = restoring.operator_problems(len(found), truths[restoring.DIGITS])
    restoring.write_problems(folder, [*found, *others])
    apart = dict[str, float]()
    both: list[Both] = []
    for problem in [*found, *others]:
        peer.seconds("operator", problem.which)
        apart[f"{problem.data}, {problem.title}"] = restoring.difference(folder, problem)
    for problem in found:
        say(f"{problem.data}, {problem.title}…")
        both.append(restoring.compared(models[problem.data], problem, folder, peer.seconds))
    return both, apart


def about_data(data: str, found: Sequence[Both]) -> Iterator[Comparison]:
    """The figures about digits, or photographs."""
    from engines.benchmarks.restoring import WAYS

    for one in found:
        yield best(one)
    yield worst(f"{data}: best beside total variation", [(one, top(one.ours), one.classical) for one in found], -ABOVE)
    for way in (way for way in WAYS if way.peer):
        pairs = [(one, one.ours[way.name].psnr, one.peer[way.peer].psnr) for one in found]
        yield worst(f"{data}: {way.name} beside its counterpart", pairs, SLACK)
        yield compared(f"{data}: {way.name}, seconds per call", [one.ours[way.name].seconds for one in found],
                       [one.peer[way.peer].seconds for one in found], 1.0, "s")


def best(one: Both) -> Comparison:
    """Our best method beside the peer's best, with the PSNRs of all in dB as its parts, and in the note."""
    from engines.benchmarks.restoring import TITLES

    ours, peer = ({TITLES.get(name, name): got.psnr for name, got in ranked(side)} for side in (one.ours, one.peer))
    lead, calls = top(one.ours) - top(one.peer), ranked(one.ours)[0][1].calls
    note = (f"PSNR in dB by {calls} calls: {_told(ours)}; deepinv: {_told(peer)}; {CLASSICAL} {one.classical:.2f}; "
            f"the best are {lead:+.2f} dB apart")
    parts = {**ours, **{f"deepinv’s {name}": psnr for name, psnr in peer.items()}, CLASSICAL: one.classical}
    found = error_ratio(f"{one.problem.data}: {one.problem.title}{BEST}", top(one.ours), top(one.peer), -LEAD, note)
    return replace(found, parts=parts)


def _told(psnrs: Mapping[str, float]) -> str:
    """PSNRs by method, in words."""
    return ", ".join(f"{name} {psnr:.2f}" for name, psnr in psnrs.items())


def ranked(side: Mapping[str, Restored]) -> list[tuple[str, Restored]]:
    """Methods from the best to the worst."""
    return sorted(side.items(), key=lambda item: -item[1].psnr)


def top(side: Mapping[str, Restored]) -> float:
    """The best PSNR."""
    return max(got.psnr for got in side.values())


def worst(name: str, pairs: Sequence[tuple[Both, float, float]], allowed: float) -> Comparison:
    """The problem in which our PSNR is least above the other; all of them in the note."""
    each = ", ".join(f"{one.problem.title} {ours:.2f} beside {other:.2f}" for one, ours, other in pairs)
    _, ours, other = min(pairs, key=lambda pair: pair[1] - pair[2])
    return error_ratio(name, ours, other, allowed, f"PSNR in dB: {each}; the figure is the worst of them")


def error_ratio(name: str, ours: float, other: float, allowed: float, note: str) -> Comparison:
    """PSNRs in dB as errors, whose ratio is judged: ours may be `allowed` dB below, above where that is negative."""
    return Comparison(name, 10 ** (-ours / 20), 10 ** (-other / 20), round(10 ** (allowed / 20), 4), UNIT, note)


def about_operators(apart: Mapping[str, float], version: str) -> Comparison:
    """The operator that differs most from the peer's."""
    name = max(apart, key=lambda one: apart[one])
    return Comparison("operators beside deepinv’s", apart[name], SAME, 1.0, "relative",
                      f"largest difference over the largest value, of A and Aᵀ of deepinv {version}, in “{name}”; "
                      f"{len(apart)} were compared")
