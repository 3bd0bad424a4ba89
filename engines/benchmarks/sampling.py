"""The sampling that is timed against diffusers: bundled model, DDIM, one class a sample, no guidance."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from engines.benchmarks.peer_folder import Array, ddim_loop, export, result
from engines.checkpoint import load_model
from engines.denoiser import NetworkDenoiser
from engines.device import device
from engines.inference.accelerator import Accelerator, Compute
from engines.inference.compilation import Compilation
from engines.model_file import fingerprint
from engines.model_list import BUNDLED
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM
from engines.sampling import Plan
from engines.threads import use_threads

WAIT = 900.0  # s for the compiler
DIGITS = BUNDLED / "digits.safetensors"
LOOP = "ddim"  # the peer's


def timed_plan(steps: int, batch: int, accelerator: Accelerator, sampler: Sampler | None = None) -> Plan:
    """The bundled digits by DDIM or another sampler, the network evaluated as a run on the processor evaluates it."""
    cpu = device("cpu")
    model = load_model(DIGITS, cpu)
    network = accelerator.prepare(model, accelerator.preferred(cpu, {model.name: model.sha256}))
    noise = Noise(sample_seeds(7, batch), model.spec.shape)
    labels = tuple(k % len(model.spec.classes) for k in range(batch))
    denoiser = NetworkDenoiser(network, model.path, model.spec.prediction)
    return Plan("bench", model.path, denoiser, sampler or DDIM(), time_grid(model.path, steps), noise, labels)


def compute_of(accelerator: Accelerator) -> Compute:
    """How the network of the digits is evaluated now."""
    return accelerator.preferred(device("cpu"), {"digits": fingerprint(DIGITS)})


def compile_digits(accelerator: Accelerator, say: Callable[[str], object]) -> None:
    """Compile their network unless it is; says so, as it takes a while. Without a compiler it stays as it is."""
    if compute_of(accelerator) is not Compute.COMPILED:
        say("Compiling the network, as the window does in the background (once, about a minute)…")
        Compilation(str(DIGITS)).wait(WAIT)


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
        compile_digits(self._accelerator, say)
        self.plan = timed_plan(steps, batch, self._accelerator)
        self.samples: Array = np.zeros(self.plan.shape, np.float32)

    @property
    def compute(self) -> Compute:
        """How the network is evaluated."""
        return compute_of(self._accelerator)

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
        """Write what diffusers needs to compute the same."""
        model, plan = load_model(DIGITS, device("cpu")), self.plan
        export(folder, model, plan.noise.initial(), plan.labels, len(plan.labels),
               {LOOP: ddim_loop(plan.path, len(plan.times) - 1)})

    def difference(self, folder: Path) -> float:
        """The largest difference between our samples and the peer's."""
        return float(np.abs(self.samples - result(folder)).max())
