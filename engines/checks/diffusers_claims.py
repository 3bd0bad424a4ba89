"""Claims on samplers against diffusers' schedulers: the same weights, the same schedule and the same noise."""

from __future__ import annotations

import importlib
import importlib.util
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any, cast

import torch
from torch import Tensor

from engines.checkpoint import Model, load_model
from engines.checks.claim import Claim, Figure, Statement
from engines.checks.closed_form import last
from engines.checks.measures import relative
from engines.device import device
from engines.model_list import BUNDLED
from engines.networks.diffusers_map import config, timesteps, to_diffusers
from engines.networks.unet import Shape, UNetOptions
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM, Variance
from engines.samplers.dpm1 import DPMSolver1
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.euler import Euler
from engines.samplers.heun import Heun
from engines.samplers.plms import PLMS

STEPS, COUNT = 12, 4
MOST, LEAST = 80.0, 0.02  # levels sigma/alpha between which they walk
CLOSE = 1e-4  # of the samples' size: both compute in float32

# their options under which a multistep solver ends, as ours, with a step of order 1 to noise 0
ENDS = {"final_sigmas_type": "zero", "euler_at_final": True, "solver_type": "midpoint"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A sampler of ours, and the scheduler that computes the same.

    Args:
        title: as the claim begins.
        ours: with its options.
        scheduler: name of diffusers' class, and `settings` of it beside the schedule.
        scaled: its state is x/alpha, walked along sigma/alpha; else x.
        of_eps: it is given eps, and not the v of the network: it weighs what it is given, and ours weighs eps.
        draws: the option of its step that takes fresh noise, or the "generator" of it; "" where there is none.
        step: further options of its step.
    """

    title: str
    ours: Sampler
    scheduler: str
    settings: Mapping[str, Any]
    scaled: bool = False
    of_eps: bool = False
    draws: str = ""
    step: Mapping[str, Any] = field(default_factory=dict[str, Any])


def absent() -> str:
    """Why nothing can be measured here, "" where it can."""
    return "" if importlib.util.find_spec("diffusers") else ("diffusers is not installed, so that agreement with it "
                                                             "is not measured; install it with pip and check again.")


def pairs() -> tuple[Pair, ...]:
    """Every sampler that diffusers has under the same definition."""
    one = {"clip_sample": False}
    multistep = {"algorithm_type": "dpmsolver++", **ENDS}
    return (
        Pair("ddpm", DDPM(), "DDPMScheduler", {**one, "variance_type": "fixed_small"}, draws="generator"),
        Pair("ddpm (beta)", DDPM(variance=Variance.BETA), "DDPMScheduler", {**one, "variance_type": "fixed_large"},
             draws="generator"),
        *(Pair(f"ddim (eta {eta:g})", DDIM(eta=eta), "DDIMScheduler", {**one, "set_alpha_to_one": True},
               draws="variance_noise", step={"eta": eta}) for eta in (0.0, 1.0)),
        Pair("dpm-1", DPMSolver1(), "DPMSolverMultistepScheduler", {**multistep, "solver_order": 1}),
        Pair("dpm++2m", DPMSolverPP(), "DPMSolverMultistepScheduler", {**multistep, "solver_order": 2}),
        Pair("dpm++2m (fresh noise)", DPMSolverPP(noisy=True), "DPMSolverMultistepScheduler",
             {**multistep, "algorithm_type": "sde-dpmsolver++", "solver_order": 2}, draws="variance_noise"),
        # their Runge–Kutta beginning is left out, as in the program that ours is named after
        Pair("plms", PLMS(), "PNDMScheduler", {"skip_prk_steps": True, "set_alpha_to_one": True}, of_eps=True),
        Pair("euler", Euler(), "EulerDiscreteScheduler", {}, scaled=True),
        Pair("heun", Heun(), "HeunDiscreteScheduler", {}, scaled=True))


def claims() -> Iterator[Statement]:
    """One for each pair. To state them imports nothing: names of claims are asked for where diffusers is not."""
    yield from agreement_claims(pairs())


def agreement_claims(chosen: Sequence[Pair]) -> Iterator[Statement]:
    """The bundled digits, sampled by both: the largest difference of any pixel; the network calls are told beside."""
    for pair in chosen:
        blank = Claim(f"{pair.title}: digits by the same weights in {pair.scheduler} of diffusers", "peer", math.nan, 0,
                      CLOSE, measures="Largest difference over largest pixel")
        yield Statement(blank, partial(compared, blank, pair))


def compared(blank: Claim, pair: Pair) -> Claim:
    """The claim of a pair with its figures."""
    model = _model()
    noise = Drawn(sample_seeds(0, COUNT), model.spec.shape)
    theirs, calls = sampled_by_diffusers(pair, model, noise)
    ours = last(pair.ours(model.path, model.denoiser, _start(model.path, noise), _times(model.path),
                          noise=noise, cond=_labels()))
    return replace(blank, measured=relative(ours.x, theirs), figures=(
        Figure("Network calls here", ours.nfe), Figure("Network calls of diffusers", calls)))


@dataclass(frozen=True, slots=True)
class Drawn(Noise):
    """Fresh noise that a generator of torch gives too, for a scheduler that draws from one."""

    def __call__(self, step: int, stream: int = 0) -> Tensor:
        """Draw (B, *shape) of that step."""
        return torch.randn(len(self.seeds), *self.shape, generator=self.generator(step - 10_000 * stream))

    @staticmethod
    def generator(step: int) -> torch.Generator:
        """One that is about to give the draw of a step."""
        return torch.Generator().manual_seed(step)


@torch.no_grad()
def sampled_by_diffusers(pair: Pair, model: Model, noise: Drawn) -> tuple[Tensor, int]:
    """Samples (B, C, H, W) by diffusers' network and scheduler alone, and how often the network was called."""
    path, times, network = model.path, _times(model.path), _network()
    scheduler, calls = _scheduler(pair, path), 0
    x = _start(path, noise)
    x = x / path.alpha(times[0]).float() if pair.scaled else x
    for i, n in enumerate(scheduler.timesteps):
        t = times[STEPS - 1 - int(n)]
        seen = scheduler.scale_model_input(x, n)
        output = network(seen, timesteps(t.expand(COUNT)), class_labels=_labels()).sample
        if pair.of_eps:  # of v = alpha·eps − sigma·x0
            output = path.alpha(t).float() * output + path.sigma(t).float() * seen
        fresh = {"generator": noise.generator(i), "variance_noise": noise(i)}
        drawn = {pair.draws: fresh[pair.draws]} if pair.draws else {}
        x, calls = scheduler.step(output, n, x, **drawn, **pair.step).prev_sample, calls + 1
    return x, calls


def _times(path: Path) -> Tensor:
    """Where both stop: sigma/alpha falls by the same factor in every step, and then to 0.

    Their betas are float32, which lose much of a step from nearly no data, or to nearly no noise.
    """
    times = path.t_at(-2 * torch.linspace(math.log(MOST), math.log(LEAST), STEPS, dtype=torch.float64))
    return torch.cat([times, torch.zeros_like(times[:1])])


def _start(path: Path, noise: Noise) -> Tensor:
    """The state at the first time, of nothing but noise."""
    return path.sigma(_times(path)[0]).float() * noise.initial()


def _labels() -> Tensor:
    return torch.arange(COUNT)


def _scheduler(pair: Pair, path: Path) -> Any:
    """diffusers' scheduler with one discrete step for each of ours: beta_n = 1 − abar_n/abar_{n−1} of our times."""
    abar = path.abar(_times(path).flip(0))
    kind = getattr(importlib.import_module("diffusers"), pair.scheduler)
    with warnings.catch_warnings():  # of numpy, about how diffusers calls it
        warnings.simplefilter("ignore", DeprecationWarning)
        scheduler = kind(num_train_timesteps=STEPS, trained_betas=(1 - abar[1:] / abar[:-1]).numpy(),
                         prediction_type="epsilon" if pair.of_eps else "v_prediction", **pair.settings)
        if "solver_order" in pair.settings:  # by number of steps alone it would leave the last out
            scheduler.set_timesteps(timesteps=list(range(STEPS - 1, -1, -1)))
        else:
            scheduler.set_timesteps(STEPS)
    return scheduler


@cache
def _model() -> Model:
    return load_model(BUNDLED / "digits.safetensors", device("cpu"))


@cache
def _network() -> Any:
    """diffusers' network with the weights of the bundled digits."""
    model = _model()
    spec = model.spec
    size = Shape(spec.channels, spec.size, len(spec.classes))
    network = importlib.import_module("diffusers").UNet2DModel(**config(cast(UNetOptions, spec.network), size)).eval()
    network.load_state_dict(to_diffusers(model.network.state_dict()))
    return network
