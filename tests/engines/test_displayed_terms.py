"""The terms of every sampler are what its formula shows in their colours: recorded as sizes, drawn as vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.component import build
from engines.denoiser import Denoised, Denoiser
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.times import time_grid
from engines.samplers.base import Sampler, Step, samplers, unlisted
from engines.samplers.dopri5 import STAGES
from engines.samplers.edm import MOST_CHURN
from engines.samplers.plms import WEIGHTS
from tests.engines.displayed import Value, displayed

NOISE = Noise(sample_seeds(0, 3), (2,), dtype=torch.float64)
STEPS = 8
VARIANTS: tuple[dict[str, Any], ...] = (
    *({"name": name, **({"tolerance": 0.1} if kind.adaptive else {})}
      for name, kind in sorted({**samplers(), **unlisted()}.items())),
    {"name": "ddim", "eta": 0.6}, {"name": "ddpm", "variance": "beta"}, {"name": "dpm++2m", "noisy": True},
    {"name": "edm", "inflate": 1.1}, {"name": "langevin", "finish": False}, {"name": "annealed-langevin", "repeats": 1},
    {"name": "predictor-corrector", "corrections": 3})

Letters = dict[str, Value]
Lines = list[tuple[int, Letters]]


@dataclass
class Moved:
    """A move from t to s, what was asked in it, and the moves before it, the latest first."""

    sampler: Any
    path: Path
    index: int
    x: Tensor
    t: Tensor
    s: Tensor
    before: list[Moved]
    asked: list[tuple[Tensor, Tensor, Tensor]] = field(default_factory=list[tuple[Tensor, Tensor, Tensor]])

    def eps(self, k: int) -> Tensor:
        """The noise seen in state k that was asked about; that of the first where the move asks about no other."""
        x, t, x0 = self.asked[k if len(self.asked) > 1 else 0]
        return (x - self.path.alpha(t) * x0) / self.path.sigma(t)

    def letters(self) -> Letters:
        """The values of letters that every sampler may use."""
        found: Letters = {"x_t": self.x, r"\hat x_0": self.asked[0][2], r"\hat\epsilon": self.eps(0),
                          "z": NOISE(self.index)}
        for name, time in (("t", self.t), ("s", self.s)):
            found |= {rf"\alpha_{name}": self.path.alpha(time), rf"\sigma_{name}": self.path.sigma(time),
                      rf"\kappa_{name}": self.path.kappa(time)}
        return found


def _one(letters: Callable[[Moved], Letters] = lambda move: {}) -> Callable[[Moved], Lines]:
    """A formula of one line."""
    return lambda move: [(0, letters(move))]


def _ddim(move: Moved) -> Letters:
    beta = move.path.transition(move.s, move.t)[1]
    return {"v": move.sampler.eta**2 * beta * (move.path.sigma(move.s) / move.path.sigma(move.t)).square()}


def _ddpm(move: Moved) -> Letters:
    """The posterior of Ho et al. 2020, eq. 7, between any two times."""
    (factor, beta), x, path = move.path.transition(move.s, move.t), move.letters(), move.path
    share = path.sigma(move.s).square() / path.sigma(move.t).square()
    mean = factor * share * x["x_t"] + path.alpha(move.s) * beta / path.sigma(move.t).square() * x[r"\hat x_0"]
    return {r"\mu(x_t, \hat x_0)": mean, "v": beta * (move.s > 0) if move.sampler.variance == "beta" else beta * share}


def _gone(move: Moved, last: bool = True) -> Letters:
    """The variance that the levels between lose."""
    path, keep = move.path, last or bool(move.s > 0)
    return {"v": keep * path.alpha(move.s).square() * (path.kappa(move.t).square() - path.kappa(move.s).square())}


def _dpmpp(move: Moved) -> Letters:
    path, x0, share = move.path, move.asked[0][2], torch.tensor(0.0, dtype=torch.float64)
    q = path.kappa(move.s) / path.kappa(move.t) if move.sampler.noisy else torch.ones((), dtype=torch.float64)
    if move.before and move.s > 0:
        last, log_snr = move.before[0], path.log_snr
        share = (log_snr(move.s) - log_snr(move.t)) / (log_snr(move.t) - log_snr(last.t)) / 2
    carried = x0 + share * (x0 - (move.before[0].asked[0][2] if move.before else x0))
    return {"D": carried, "q": q, "v": path.sigma(move.s).square() * (1 - q.square())}


def _edm(move: Moved) -> Letters:
    """Karras et al. 2022, algorithm 2: the level is raised by a share of itself, within the path."""
    path, up, sampler = move.path, move.asked[0][1], move.sampler
    level = path.kappa(move.t)
    share = min(sampler.churn / STEPS, MOST_CHURN) if sampler.churn_from <= level <= sampler.churn_to else 0.0
    torch.testing.assert_close(path.kappa(up), min(level * (1 + share), path.kappa(path.end)), rtol=1e-6, atol=0)
    added = path.kappa(up).square() - level.square()
    return {r"\kappa_u": path.kappa(up), r"\hat\epsilon_u": move.eps(0),
            r"\hat\epsilon_s": move.eps(1), "v": (path.alpha(move.s) * sampler.inflate).square() * added}


def _plms(move: Moved) -> Letters:
    if move.index == 0 and move.s > 0:  # the first step takes two estimates of its own
        return {r"\tilde\epsilon": (move.eps(0) + move.eps(1)) / 2}
    seen = [move.eps(0), *(before.eps(0) for before in move.before[:len(WEIGHTS) - 1])]
    weighed = [weight * eps for weight, eps in zip(WEIGHTS[len(seen) - 1], seen, strict=True)]
    return {r"\tilde\epsilon": sum(weighed[1:], weighed[0])}


def _dopri5(move: Moved) -> Letters:
    """Six estimates for each small step that was tried; one that was let pass ends where the next one begins."""
    level, total, slope = move.path.kappa(move.t), torch.zeros_like(move.x), move.eps(0)
    tried = range(0, len(move.asked) - 1, 6)
    ends = [float(move.path.kappa(move.asked[k + 6][1])) for k in tried]
    begins = [(5 * float(move.path.kappa(move.asked[k + 1][1])) - end) / 4 for k, end in zip(tried, ends, strict=True)]
    for k, end, following in zip(tried, ends, [*begins[1:], *ends[-1:]], strict=True):
        if following == pytest.approx(end):
            slopes = [slope, *(move.eps(k + j) for j in range(1, 6))]
            total = total + (end - level) * sum(b * eps for b, eps in zip(STAGES[-1], slopes, strict=True))
            level, slope = end, move.eps(k + 6)
    total = total if move.s > 0 else -level * slope
    return {r"\sum_k (\kappa_{k+1} - \kappa_k)\sum_j b_j\hat\epsilon_j": total}


def _langevin(move: Moved) -> Lines:
    if not move.s > 0:
        return [(1, {})]
    return [(0, {"h": move.sampler.size * move.path.sigma(move.t).square()})]


def _annealed(move: Moved) -> Lines:
    if not move.s > 0:
        return [(1, {r"\hat x_0": move.asked[-1][2]})]
    count = range(move.sampler.repeats)
    return [(0, {"h": move.sampler.size * move.path.sigma(move.t).square(),
                 r"\sum_k \hat\epsilon_k": torch.stack([move.eps(k) for k in count]).sum(0),
                 r"\sum_k z_k": torch.stack([NOISE(move.index, k) for k in count]).sum(0)})]


def _corrected(move: Moved) -> Lines:
    h = 2 * move.sampler.snr**2 * move.path.sigma(move.s).square()
    counts = range(1, move.sampler.corrections + 1) if move.s > 0 else ()
    return [(0, _gone(move, last=False)),
            *((1, {"h": h, r"\hat\epsilon_s^c": move.eps(k), "z": NOISE(move.index, k)}) for k in counts)]


COURSES: dict[str, Callable[[Moved], Lines]] = {
    "annealed-langevin": _annealed,
    "consistency": _one(lambda move: {"f(x_t)": move.asked[0][2]}),
    "ddim": _one(_ddim),
    "ddpm": _one(_ddpm),
    "dopri5": _one(_dopri5),
    "dpm++2m": _one(_dpmpp),
    "dpm-1": _one(),
    "dpm-2": _one(lambda move: {r"\hat\epsilon_m": move.eps(1)}),
    "edm": _one(_edm),
    "euler": _one(),
    "euler-maruyama": _one(lambda move: _gone(move, last=False)),
    "flipped": _one(_gone),
    "flow-map": _one(lambda move: {"f(x_t, t)": move.asked[-1][2]}),
    "heun": _one(lambda move: {r"\hat\epsilon_s": move.eps(1)}),
    "langevin": _langevin,
    "plms": _one(_plms),
    "predictor-corrector": _corrected,
    "rk4": _one(lambda move: {rf"\hat\epsilon_{k + 1}": move.eps(k) for k in range(1, 4)}),
}


class _Heard(Denoiser):
    """A denoiser that keeps what it was asked, and what it said."""

    def __init__(self, inner: Denoiser) -> None:
        self._inner = inner
        self.asked: list[tuple[Tensor, Tensor, Tensor]] = []

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        found = self._inner.denoise(x, t, cond)
        self.asked.append((x, t, found.x0))
        return found


def walked(sampler: Sampler, path: Path) -> Iterator[tuple[Step, Step, Moved]]:
    """Each step of a run with the one after it, and the move between."""
    heard, times = _Heard(MixtureDenoiser(blobs(), path)), sampler.visited(time_grid(path, STEPS))
    before: list[Moved] = []
    run = sampler(path, heard, path.initial(NOISE.initial()), time_grid(path, STEPS), noise=NOISE)
    asked: list[list[tuple[Tensor, Tensor, Tensor]]] = []
    steps: list[Step] = []
    for step in run:
        steps.append(step)
        asked.append(heard.asked)
        heard.asked = []
    for now, after in pairwise(steps):
        move = Moved(sampler, path, now.index, now.x, times[now.index], times[now.index + 1], before, asked[now.index])
        yield now, after, move
        before = [move, *before]


def shown(move: Moved) -> dict[str, Tensor]:
    """What the formula shows in each colour, every line of a move in its turn."""
    found: dict[str, Tensor] = {}
    for number, letters in COURSES[move.sampler.name](move):
        more, parts = displayed(move.sampler.lines()[number], {**move.letters(), **letters})
        had = found if more else {}
        found = {**had, **{name: had.get(name, torch.zeros_like(move.x)) + part for name, part in parts.items()}}
    return found


def drawn_noise(now: Step, after: Step) -> Tensor:
    """The fresh noise of a move as it is drawn as arrows: what a step keeps of it, or its drift leaves."""
    if now.drift is not None:
        return after.x - (1 + now.drift[0]) * now.x - now.drift[1] * now.x0
    return torch.zeros_like(now.x) if now.fresh is None else now.fresh


def test_every_sampler_has_its_formula_worked_out_here() -> None:
    assert set(COURSES) == {*samplers(), *unlisted()}


@pytest.mark.parametrize("path", sorted(paths()))
@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_terms_are_what_the_formula_shows(options: dict[str, Any], path: str) -> None:
    sampler = build(Sampler, options, lambda: {**samplers(), **unlisted()})
    for now, after, move in walked(sampler, paths()[path]()):
        parts = shown(move)
        size = float(torch.stack([now.x, after.x, *parts.values()]).abs().max())
        close = {"rtol": 1e-6, "atol": 1e-7 * size}
        torch.testing.assert_close(sum(parts.values()), after.x - now.x, **close)
        noise = parts.get("noise", torch.zeros_like(now.x))
        torch.testing.assert_close(drawn_noise(now, after), noise, **close)
        for name, part in {**parts, "noise": noise}.items():
            torch.testing.assert_close(now.terms[name], part.norm(dim=1), msg=lambda m, n=name: f"{n}: {m}", **close)


def test_a_formula_is_worked_out_as_it_is_written() -> None:
    """Products before sums, what a line adds, and a sign before a colour."""
    line = (r"\Delta x \leftarrow \Delta x - \term{prior}{\frac{a_t}{2}b^2 - \sqrt{4}\left(b - a_t\right)} + "
            r"\term{noise}{f(b)\,b}")
    assert displayed(line, {"a_t": 2.0, "b": 3.0, "f(b)": 5.0}) == (True, {"prior": -7.0, "noise": 15.0})
    assert displayed(r"\Delta x = \term{prior}{b}", {"b": 3.0}) == (False, {"prior": 3.0})
    with pytest.raises(AssertionError, match="no value"):
        displayed(r"\Delta x = \term{prior}{b + c}", {"b": 3.0})
