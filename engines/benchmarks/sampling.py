"""The sampling that is timed against diffusers: bundled model, DDIM, one class a sample, no guidance."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import safetensors.torch
import torch

from engines.checkpoint import load_model
from engines.denoiser import NetworkDenoiser
from engines.device import device
from engines.inference.accelerator import Accelerator, Compute
from engines.inference.compilation import Compilation
from engines.model_file import fingerprint
from engines.model_list import BUNDLED
from engines.networks.diffusers_map import config, timesteps, to_diffusers
from engines.networks.unet import Shape, UNetOptions
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.samplers.ddim import DDIM
from engines.sampling import Plan
from engines.threads import threads, use_threads

KINDS = {"eps": "epsilon", "v": "v_prediction", "x0": "sample"}
WEIGHTS, ABOUT, RESULT = "peer.safetensors", "peer.json", "peer.npy"

Array = np.ndarray[Any, np.dtype[Any]]

WAIT = 900.0  # s for the compiler
DIGITS = BUNDLED / "digits.safetensors"


def timed_plan(steps: int, batch: int, accelerator: Accelerator) -> Plan:
    """DDIM on the bundled digits, with the network evaluated as a run on the processor evaluates it."""
    cpu = device("cpu")
    model = load_model(DIGITS, cpu)
    network = accelerator.prepare(model, accelerator.preferred(cpu, {model.name: model.sha256}))
    noise = Noise(sample_seeds(7, batch), model.spec.shape)
    labels = tuple(k % len(model.spec.classes) for k in range(batch))
    denoiser = NetworkDenoiser(network, model.path, model.spec.prediction)
    return Plan("bench", model.path, denoiser, DDIM(), time_grid(model.path, steps), noise, labels)


class OurSampling:
    """Seconds that our sampler takes.

    Args:
        steps, batch: size of one round.
        count: of threads to compute with; the peer is told the same.
        say: told that the network is being compiled, which the window does in the background.
    """

    def __init__(self, steps: int, batch: int, count: int, say: Callable[[str], object]) -> None:
        use_threads(count)
        self._accelerator = Accelerator()
        if self.compute is not Compute.COMPILED:
            say("Compiling the network, as the window does in the background (once, about a minute)…")
            Compilation(str(DIGITS)).wait(WAIT)
        self.plan = timed_plan(steps, batch, self._accelerator)
        self.samples: Array = np.zeros(self.plan.shape, np.float32)

    @property
    def compute(self) -> Compute:
        """How the network is evaluated."""
        return self._accelerator.preferred(device("cpu"), {"digits": fingerprint(DIGITS)})

    def close(self) -> None:
        """End the threads."""
        self._accelerator.close()

    def seconds(self) -> float:
        """One round; its result is in `samples` afterwards."""
        plan, x = self.plan, self.plan.noise.initial()
        cond = torch.tensor(plan.labels)
        began = time.perf_counter()
        for step in plan.sampler(plan.path, plan.denoiser, x, plan.times, noise=plan.noise, cond=cond):
            x = step.x
        spent = time.perf_counter() - began
        self.samples = x.numpy()
        return spent

    def export(self, folder: Path) -> None:
        """Write what diffusers needs to compute the same: weights, noise, schedule and the size of its network."""
        model, plan = load_model(DIGITS, device("cpu")), self.plan
        spec = model.spec
        weights = {name: w.contiguous() for name, w in to_diffusers(model.network.state_dict()).items()}
        start = plan.noise.initial().contiguous()
        (folder / WEIGHTS).write_bytes(safetensors.torch.save({**weights, "start": start}))
        # beta_t = 1 − alpha-bar_t/alpha-bar_{t−1} on our own grid: the peer then has the very same schedule
        abar = plan.path.abar(plan.times.flip(0))
        about: dict[str, Any] = {
            "config": config(cast(UNetOptions, spec.network), Shape(spec.channels, spec.size, len(spec.classes))),
            "betas": [float(b) for b in 1 - abar[1:] / abar[:-1]],
            "timesteps": [float(t) for t in timesteps(plan.times[:-1])],
            "prediction": KINDS[spec.prediction.name], "labels": plan.labels, "threads": threads(),
            "weights": WEIGHTS, "result": RESULT,
        }
        (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")

    def difference(self, folder: Path) -> float:
        """The largest difference between our samples and the peer's."""
        theirs = np.load(folder / RESULT, allow_pickle=False)
        return float(np.abs(self.samples - theirs).max())
