"""A Gaussian mixture as a network: what it predicts of the data at any noise level is known exactly."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from engines.component import option
from engines.errors import BadOption
from engines.mixture import Mixture
from engines.modality import Modality
from engines.networks.base import Network
from engines.process.paths import Path, PathChoice
from engines.process.vp_cosine import VPCosine

ROUNDING = 1e-3  # of shares and covariances, which may be stored in half precision


class MixtureOptions(Network):
    """Σ_k w_k N(m_k, C_k), fitted to points; its classes are its components, so that a label picks one."""

    name: ClassVar[str] = "mixture"
    title: ClassVar[str] = "Gaussian mixture"
    summary: ClassVar[str] = "Fitted, not trained: its estimate of the data is exact on every path."
    source: ClassVar[str] = "Bishop 2006, section 9.2; the estimate: Efron 2011, eq. 1.4"
    modality: ClassVar[Modality] = Modality.POINTS
    learns: ClassVar[bool] = False

    path: PathChoice = option(VPCosine(), title="Path", help="The process on which it estimates the data.")

    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> MixtureNetwork:
        """A mixture of `classes` equal components of points (d,): standard Gaussians."""
        self.check(shape, classes)
        if outputs != 1:
            raise BadOption(f"A mixture predicts one number for each coordinate, not {outputs}; choose 1.")
        d = shape[0]
        equal = torch.full((classes,), 1 / classes)
        return MixtureNetwork(self.path, equal, torch.zeros(classes, d), torch.eye(d).repeat(classes, 1, 1))

    def check(self, shape: tuple[int, ...], classes: int) -> None:
        """Raise BadOption for what is no point, and for a mixture of nothing."""
        if len(shape) != 1:
            raise BadOption(f"A mixture models points of some numbers each, not data of shape {shape}; choose points.")
        if classes < 1:
            raise BadOption(f"A mixture cannot have {classes} components; choose 1 or more.")


    def fault(self, network: nn.Module) -> str:
        """Weights that are no shares, and the first component that is no Gaussian."""
        return network.fault() if isinstance(network, MixtureNetwork) else ""


class MixtureNetwork(nn.Module):
    """(x, t, cond) -> E[x0 | x_t], where x is the state at unit size, as networks see it: x_t/scale(t).

    Its weights are those of the mixture and stay as they are loaded.

    Args:
        path: the process.
        weights, means, covariances: (K,), (K, d) and (K, d, d), as `Mixture` takes them.
    """

    weights: Tensor
    means: Tensor
    covariances: Tensor

    def __init__(self, path: Path, weights: Tensor, means: Tensor, covariances: Tensor) -> None:
        super().__init__()
        self.path = path
        for name, values in (("weights", weights), ("means", means), ("covariances", covariances)):
            self.register_buffer(name, values)

    def fault(self) -> str:
        """Why this is no mixture of Gaussians, "" where it is one."""
        weights, shapes = self.weights.double(), self.covariances.double()
        total = float(weights.sum())
        if float(weights.min()) < 0 or abs(total - 1) > ROUNDING:
            return f"its weights, from {float(weights.min()):.3g} and with a sum of {total:.3g}, are no shares of 1"
        uneven = (shapes - shapes.mT).abs().amax((1, 2)) > ROUNDING * shapes.abs().amax((1, 2))
        widths = cast(Tensor, torch.linalg.eigvalsh(shapes))  # pyright: ignore[reportUnknownMemberType]
        # a fit keeps components on a line at a least width, which may be less than rounding beside their length
        narrow = (widths[:, -1] <= 0) | (widths[:, 0] < -ROUNDING * widths[:, -1])
        for what, found in (("not symmetric", uneven), ("singular or negative", narrow)):
            if bool(found.any()):
                return f"the covariance of its component {int(found.nonzero()[0]) + 1} is {what}"
        return ""

    @cached_property
    def mixture(self) -> Mixture:
        """The mixture, with its eigenbases found once; on the CPU, as not every device has float64."""
        return Mixture(self.weights.cpu(), self.means.cpu(), self.covariances.cpu())

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """The estimate (B, d) for x (B, d), times t (B,) in [0, 1] and classes (B,), −1 for any."""
        # a batch at one time, as samplers have it, needs the inverse of each covariance once
        at = (t[:1] if t.stride(0) == 0 else t).cpu().double()
        state = x.cpu().double() * self.path.scale(at)[:, None]
        asked = None if cond is None else cond.cpu()
        return self.mixture.denoise(state, self.path.alpha(at), self.path.sigma(at), asked).to(x.dtype).to(x.device)
