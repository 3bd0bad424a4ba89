"""What a network of points believes while it learns: x0_hat on a lattice of states, and how far it is off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.data.pointdata import FreshPoints, StoredPoints
from engines.denoiser import Denoiser, NetworkDenoiser
from engines.events import Belief
from engines.learnt import no_score, no_velocity
from engines.model_file import ModelSpec
from engines.process.paths import Path
from engines.process.seen import seen_growth, seen_scale
from engines.process.shapes import expand
from engines.shown import REACH
from engines.training.draws import generator
from engines.training.validation import LEVELS, level_times

Array = np.ndarray[Any, np.dtype[Any]]
Factors = Sequence[tuple[float, float]]
ACROSS, ALONG = 19, 81  # states of the plane in a row, and on a line
SEEN, TRIED = 1000, 1024  # points of the data that are drawn, and that errors are measured on


class Beliefs:
    """Asks networks at the same states every time, so that previews of a training differ by the weights alone.

    Args:
        data: what is learnt.
        spec: of the model.
        exact: the truth on the model's path, None where nothing is.
    """

    def __init__(self, data: FreshPoints | StoredPoints, spec: ModelSpec, exact: Denoiser | None) -> None:
        self._spec, self._path = spec, spec.path
        self.levels, times = level_times(spec.path, LEVELS)
        self._times = times[torch.arange(LEVELS)].sort(descending=True).values
        self._lattice = lattice(data.dimension)
        self._data = tried(data).double()
        self._seen = data.seen(min(len(self._data), SEEN))
        self._noised = [self._noise(t, k) for k, t in enumerate(self._times)]
        self._exact = None if exact is None else self._asked(exact, torch.float64)
        self._wanted = [] if exact is None else [exact(x, t) for x, t in zip(self._noised, self._times, strict=True)]

    def __call__(self, network: nn.Module) -> Belief:
        """What a network, on the CPU or a device, believes; its gradients are left alone."""
        device = next(network.parameters()).device
        learned = NetworkDenoiser(network, self._path, self._spec.prediction)
        scales = [self._scale(t) for t in self._times]
        score, velocity = zip(*(_factors(self._path, t, s) for t, s in zip(self._times, scales, strict=True)),
                              strict=True)
        told = self._asked(learned, torch.float32, device)
        levels = [(float(self._path.alpha(t)) / s, float(self._path.sigma(t)) / s)
                  for t, s in zip(self._times, scales, strict=True)]
        return Belief(self._times.numpy(), np.array(levels), self._lattice.numpy(), told,
                      self._exact if self._exact is not None else told[:0], *self._meant(score, velocity),
                      self._errors(learned, device), self._data[:SEEN].float().numpy(), self._spec.units, self._seen)

    def _meant(self, score: Factors, velocity: Factors) -> tuple[Array, Array]:
        """The factors of what x0_hat means: with noise near the data it has no score, and as an end no velocity."""
        learnt = self._spec.learnt
        return np.array(() if no_score(learnt) else score), np.array(() if no_velocity(learnt) else velocity)

    @torch.no_grad()
    def _asked(self, denoiser: Denoiser, dtype: torch.dtype, device: torch.device | None = None) -> Array:
        """x0_hat at the lattice, seen at every time: (T, M, d) float32."""
        found = list[Tensor]()
        for t in self._times:
            x = (self._lattice * self._scale(t)).to(dtype).to(device)
            found.append(denoiser(x, t).float().cpu())
        return torch.stack(found).numpy()

    @torch.no_grad()
    def _errors(self, learned: Denoiser, device: torch.device) -> Array:
        """Root mean square of a coordinate of x0_hat minus the exact one, over noised data: (T,), empty without it."""
        off = [(learned(x.float().to(device), t).double().cpu() - wanted).square().mean().sqrt()
               for x, wanted, t in zip(self._noised, self._wanted, self._times, strict=False)]
        return np.array([float(value) for value in off])

    def _noise(self, t: Tensor, k: int) -> Tensor:
        """The data at a time, with noise of their own for each."""
        eps = torch.randn(self._data.shape, generator=generator(k, 0, "belief"), dtype=torch.float64)
        return expand(self._path.alpha(t), self._data) * self._data + expand(self._path.sigma(t), self._data) * eps

    def _scale(self, t: Tensor) -> float:
        return seen_scale(self._path, float(t))


def tried(data: FreshPoints | StoredPoints) -> Tensor:
    """At most `TRIED` points (N, d) that nothing is learned from; of a table too small to hold any back its own."""
    held = data.held_back(TRIED)[0]
    # an error over no points would be no number, and the canvas beside the samples empty
    return held if len(held) else data.drawn(0, 0, TRIED)[0]


def lattice(dimension: int) -> Tensor:
    """States (M, d) float64, evenly over the plane or a line, the lowest row first."""
    if dimension == 1:
        return torch.linspace(-REACH, REACH, ALONG, dtype=torch.float64)[:, None]
    along = torch.linspace(-REACH, REACH, ACROSS, dtype=torch.float64)
    y, x = torch.meshgrid(along, along, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)


def _factors(path: Path, t: Tensor, scale: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """By what x0_hat and the seen state add up to the score and to the velocity, as they are seen.

    With x = scale·seen: ∇ log p = (alpha·x0_hat − x)/sigma², and towards the data dx/dt = −(dalpha·x0_hat + dsigma·eps)
    with eps = (x − alpha·x0_hat)/sigma; what is seen is slower by as much as the scale grows.
    """
    alpha, sigma, dalpha, dsigma = (float(f(t)) for f in (path.alpha, path.sigma, path.dalpha, path.dsigma))
    return ((scale * alpha / sigma**2, -(scale / sigma) ** 2),
            ((alpha * dsigma / sigma - dalpha) / scale, seen_growth(path, float(t)) - dsigma / sigma))
