"""RePaint (Lugmayr et al. 2022): paste the known region at its noise level, and go back up to harmonise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.component import option
from engines.denoiser import Denoiser
from engines.errors import BadOption
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import expand, norms
from engines.process.streams import KNOWN, RENOISE
from engines.samplers.base import Advance, OneStep, Sampler, Step, advance, samplers

# steps that are worth more than resampling them, a jump that fits into them, and steps that have room for any jump
LEVELS, SHORT, MANY = 25, 5, 100


class RePaint(InverseMethod):
    """Algorithm 1 of the paper with its jumps, around any sampler of one Gaussian move a step."""

    name: ClassVar[str] = "repaint"
    title: ClassVar[str] = "RePaint"
    summary: ClassVar[str] = "Pastes the known pixels at every noise level and resamples to harmonise the seam."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x + \term{likelihood}{w \odot \left(x_s^{\mathrm{known}} - x_s\right)}",
        r"\text{back up: } \Delta x = \term{prior}{\left(\alpha_s/\alpha_t - 1\right) x_t} + "
        r"\term{noise}{\sigma_{s|t}\,z}")
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("likelihood", "Known pixels"),
                                         Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("w", "the mask: 1 where the picture is known, 0 in the hole"),
        Letter(r"x_s^{\mathrm{known}}", "the picture with the noise of time s"),
        Letter(r"\sigma_{s|t}", "how much noise leads from time t up to s"))
    source: ClassVar[str] = "Lugmayr et al. 2022, arXiv 2201.09865, algorithm 1 and appendix B"

    differentiates: ClassVar[bool] = False
    noises: ClassVar[bool] = True
    pixels: ClassVar[bool] = True

    # both as in the paper, for 250 steps
    jump: int = option(10, title="Jump", unit="steps", ge=1, le=1000, widget="log-slider",
                       help="How many steps back up in noise each resampling goes; a run of no more steps than that "
                            "is not resampled at all.")
    resample: int = option(10, title="Resamplings", ge=1, le=100, widget="log-slider",
                           help="How many times each stretch is gone through; 1 never goes back. The time line shows "
                                "every move down and up: many more than the steps of the form.")

    def check(self, sampler: Sampler) -> None:
        """Raise BadOption for a sampler that is not one Gaussian move for each evaluation."""
        if not isinstance(sampler, OneStep):
            able = ", ".join(kind.title for kind in samplers().values() if issubclass(kind, OneStep))
            raise BadOption(f"RePaint cannot use {sampler.title}; choose one whose step is a Gaussian move "
                            f"({able}), or another method.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser as it is, and the sampler inside RePaint; its result has the known pixels exactly."""
        self.check(sampler)
        assert isinstance(sampler, OneStep)  # checked
        return denoiser, Repainting(inner=sampler, measurement=measurement, jump=self.jump, resample=self.resample)

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """One for each move down, over and over where the way is resampled; moves up evaluate nothing."""
        del path, sampler  # one that takes more than one evaluation a move is refused
        return _downs(schedule(len(times) - 1, self.jump, self.resample))

    def course(self, steps: int) -> str:
        """Every move down and up, where the way is resampled."""
        moves = len(schedule(steps, self.jump, self.resample)) - 1
        return f"{moves:,} with resampling" if moves > steps else ""

    def remark(self, steps: int) -> str:
        """A sentence where resampling was asked for and the run is too short for a single jump, else ""."""
        if self.resample == 1 or steps > self.jump:
            return ""
        shorter = f" or a jump of at most {steps - 1}" if steps > 1 else ""
        return (f"Nothing is resampled, so seams may show: RePaint jumps {self.jump} steps back and the run has only "
                f"{steps}; choose more steps{shorter}.")

    def within(self, calls: int) -> RePaint:
        """With fewer resamplings and shorter jumps where the calls would be spent on very few levels of noise."""
        if calls >= MANY * self.resample:
            return self
        resample = min(self.resample, max(calls // LEVELS, 1))
        return self.changed(resample=resample, jump=min(self.jump, SHORT))


class Repainting(Sampler):
    """A sampler that walks `schedule(N, jump, resample)` over the grid, pasting what is known after each move down.

    Every inner move, down or up, is a Step of its own. A move up adds noise (its term
    "noise") and evaluates nothing: its Step shows the x0_hat of the last evaluation;
    only a run resumed exactly there evaluates one for show, outside `nfe`. The last
    move ends at t = 0 and pastes the measurement itself: there the known pixels become
    the user's own bit for bit.
    """

    title: ClassVar[str] = RePaint.title

    inner: SkipValidation[OneStep]
    measurement: SkipValidation[Measurement] = Field(exclude=True, repr=False)
    jump: int
    resample: int

    def steps(self, times: Tensor) -> int:
        """All moves, down and up."""
        return len(self._levels(times)) - 1

    def visited(self, times: Tensor) -> Tensor:
        """The time of every Step; goes up and down."""
        return times[list(self._levels(times))]

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """The moves down from step `start` on."""
        return _downs(self._levels(times)[start:])

    def _levels(self, times: Tensor) -> tuple[int, ...]:
        return schedule(len(times) - 1, self.jump, self.resample)

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """Down by reverse moves joined with what is known, and back up by fresh noise."""
        del past  # a move is made of its own state alone
        levels, visited = self._levels(times), self.visited(times)
        moves = self.inner.move(path, visited[:-1], visited[1:])  # those up are meaningless, and not used
        # a resumed run also counts the evaluations before its start
        total, downs, calls = len(levels) - 1, _downs(levels[:start + 1]), denoiser.calls(cond)
        after: Advance | None = None
        known = self._known(x)
        for i in range(start, total):
            t, s = visited[i], visited[i + 1]
            if s < t:
                # the unknown part, one reverse move of the whole state (eq. 8b)
                reverse = advance(denoiser, x, t, moves[i], noise, i, cond)
                # the known part, with fresh noise in every pass so that resampling explores, none at s = 0 (eq. 8a);
                # the paper writes alpha-bar of t, its program, like this one, takes that of the state it is joined with
                z = noise(i, KNOWN) if s > 0 else None
                after = _joined(reverse, self._pasted(reverse.x, known, z, path, (t, s)))
                downs += 1
            else:
                # only a run resumed exactly here has no x0_hat to show yet
                after = _up(path, x, after or _believed(denoiser, x, t, cond), t, s, noise, i)
            yield after.step(i, total, float(t), x, downs * calls)
            x = after.x
        yield Step(total, total, float(times[-1]), x, x, downs * calls)

    def _known(self, x: Tensor) -> Tensor:
        """What is known of samples x (B, …)."""
        return self.measurement.known(x)

    def _pasted(self, x: Tensor, known: Tensor, z: Tensor | None, path: Path, times: tuple[Tensor, Tensor]) -> Tensor:
        """x with what is known in its place (eq. 8c), with the noise z of the time that the move ends at; None at 0.

        times: at which the move begins and ends.
        """
        return self.measurement.operator.blend(known if z is None else path.diffuse(known, z, times[1]), x)


def _joined(reverse: Advance, pasted: Tensor) -> Advance:
    """A reverse move that ends at what was pasted."""
    change = pasted - reverse.x
    deltas = {**reverse.deltas, "likelihood": reverse.deltas.get("likelihood", 0) + change}
    terms = {**reverse.terms, "likelihood": norms(deltas["likelihood"])}
    return Advance(pasted, reverse.x0, terms, deltas, reverse.fresh)


def _believed(denoiser: Denoiser, x: Tensor, t: Tensor, cond: Tensor | None) -> Advance:
    """What is believed of a state that nothing has moved to."""
    found = denoiser.denoise(x, t, cond)
    return Advance(x, found.x0, {}, {part.term: part.delta for part in (*found.contributions, *found.pushes)})


def _up(path: Path, x: Tensor, before: Advance, t: Tensor, s: Tensor, noise: Noise, draw: int) -> Advance:
    """Back up from t to the noisier s: x_s ~ q(x_s | x_t); x0_hat is that of the move before."""
    factor, variance = path.transition(t, s)
    # the forward kernel between two grid times; over one step of DDPM sqrt(1 − beta)·x + sqrt(beta)·z
    z = expand(variance.sqrt(), x) * noise(draw, RENOISE)
    shrunk = expand(factor, x) * x
    nothing = torch.zeros_like(x)
    # terms of zero rather than none: a term's curve has one number for every step
    deltas = dict.fromkeys((*before.deltas, "likelihood"), nothing)
    terms = {"prior": norms(shrunk - x), **dict.fromkeys(deltas, norms(nothing)), "noise": norms(z)}
    return Advance(shrunk + z, before.x0, terms, deltas, z, (float(factor) - 1, 0.0))


def _downs(levels: tuple[int, ...]) -> int:
    """How many of the moves along these grid indices go towards the data, and so evaluate the denoiser."""
    return sum(b > a for a, b in pairwise(levels))


@lru_cache(maxsize=16)  # a form asks for many while its options are dragged
def schedule(steps: int, jump: int, resample: int) -> tuple[int, ...]:
    """The grid indices that RePaint visits: from 0 (noise) to `steps` (data), up and down.

    Whenever 1, 1+jump, 1+2·jump, … moves remain, it goes back `jump` steps towards
    noise, resample − 1 times each, as long as that does not pass the start; so a
    jump that is not shorter than the grid means none. With T = steps this is the
    authors' get_schedule_jump, whose t is steps − index − 1.
    """
    # remaining moves -> how often a jump back still starts there
    left = dict.fromkeys(range(1, steps - jump + 1, jump), resample - 1)
    visits = [0]
    while visits[-1] < steps:
        visits.append(visits[-1] + 1)
        remaining = steps - visits[-1]
        if left.get(remaining, 0) > 0:
            left[remaining] -= 1
            here = visits[-1]
            visits.extend(range(here - 1, here - jump - 1, -1))
    return tuple(visits)
