"""The config of a scheduler of diffusers: the path that a network was trained on, and what it predicts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from engines.component import validated
from engines.diffusers_folder.documents import Document
from engines.errors import BadCheckpoint, BadOption
from engines.process.prediction import X0, Eps, Prediction, V
from engines.process.unlisted.vp_discrete import VPDiscrete

# those whose networks see x_t = sqrt(alpha-bar)·x0 + sqrt(1 − alpha-bar)·eps, and how they clip by default
CLIPPING = {"DDPMScheduler": True, "DDIMScheduler": True, "DPMSolverMultistepScheduler": False,
            "DPMSolverSinglestepScheduler": False, "UniPCMultistepScheduler": False, "DEISMultistepScheduler": False,
            "PNDMScheduler": False}
PREDICTIONS: dict[str, Prediction] = {"epsilon": Eps(), "sample": X0(), "v_prediction": V()}
SCHEDULES = ("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid")
MOST = 10_000  # steps
CAP = 0.999  # of the betas of the cosine schedule: Nichol & Dhariwal 2021, section 3.2

ASSUMED = "The folder has no scheduler, so the linear schedule of DDPM and a network that predicts noise are assumed."
CLIPPED = "Its scheduler clips estimates of the data, which the samplers here do not."
THRESHOLDED = "Its scheduler thresholds estimates of the data, which the samplers here do not."


@dataclass(frozen=True, slots=True)
class Schedule:
    """path: exact at the trained steps; prediction: what the network outputs; remarks: sentences for the user.

    learned: whether the second half of the output says where a variance lies between two.
    """

    path: VPDiscrete
    prediction: Prediction
    learned: bool = False
    remarks: tuple[str, ...] = ()


def schedule_of(config: Document | None) -> Schedule:
    """The schedule of a scheduler's config, or of DDPM where a folder has none.

    Raises:
        BadCheckpoint: another kind of scheduler, or a setting that ours does not have.
    """
    if config is None:
        return Schedule(VPDiscrete(), Eps(), remarks=(ASSUMED,))
    kind = config.text("_class_name", "DDPMScheduler")
    if kind not in CLIPPING:
        raise BadCheckpoint(f"“{config.name}” is that of a {kind[:60]}, whose process is another one; choose a model "
                            "with a DDPMScheduler, DDIMScheduler or DPMSolverMultistepScheduler.")
    predicted = config.text("prediction_type", "epsilon")
    config.one_of("prediction_type", predicted, PREDICTIONS)
    for key in ("rescale_betas_zero_snr", "use_flow_sigmas"):
        config.one_of(key, config.flag(key, False), (False,))
    try:
        path = validated(VPDiscrete, {"betas": _betas(config)})
    except BadOption as error:
        told = f"{str(error)[:1].lower()}{str(error)[1:]}"
        raise BadCheckpoint(f"“{config.name}” describes no schedule: {told}") from error
    clips, thresholds = config.flag("clip_sample", CLIPPING[kind]), config.flag("thresholding", False)
    remarks = tuple(remark for remark, told in ((CLIPPED, clips), (THRESHOLDED, thresholds)) if told)
    return Schedule(path, PREDICTIONS[predicted], config.get("variance_type") == "learned_range", remarks)


def _betas(config: Document) -> tuple[float, ...]:
    """beta of each step, in the single precision in which diffusers has them."""
    if config.get("trained_betas") is not None:
        return _single(torch.tensor(config.numbers("trained_betas", MOST), dtype=torch.float64))
    steps = config.whole("num_train_timesteps", 1000, 2, MOST)
    first, last = config.number("beta_start", 1e-4), config.number("beta_end", 0.02)
    for key, value in (("beta_start", first), ("beta_end", last)):
        if not 0 < value < 1:
            raise config.refusal(key, value, "a number between 0 and 1")
    kind = config.text("beta_schedule", "linear")
    config.one_of("beta_schedule", kind, SCHEDULES)
    if kind == "squaredcos_cap_v2":
        return _single(_cosine(steps))
    if kind == "sigmoid":
        return _single(torch.linspace(-6, 6, steps).sigmoid() * (last - first) + first)
    power = 2 if kind == "scaled_linear" else 1
    return _single(torch.linspace(first ** (1 / power), last ** (1 / power), steps) ** power)


def _cosine(steps: int) -> torch.Tensor:
    """Nichol & Dhariwal 2021, eq. 17, with capped betas (steps,) float64."""
    abar = [math.cos((n / steps + 0.008) / 1.008 * math.pi / 2) ** 2 for n in range(steps + 1)]
    return torch.tensor([min(1 - abar[n + 1] / abar[n], CAP) for n in range(steps)], dtype=torch.float64)


def _single(betas: torch.Tensor) -> tuple[float, ...]:
    return tuple(float(beta) for beta in betas.float())
