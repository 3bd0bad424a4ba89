"""What consistency training and distillation have in common: the function, neighbouring times, and the measure."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.errors import BadOption
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.process.times import EDM
from engines.training.objectives.base import Setting, estimate

# c of the paper for a coordinate of data of standard deviation 0.5; here it is 1, twice as much
SMOOTH = 2 * 0.00054


def consistency(network: nn.Module, setting: Setting, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
    """f(x, t) = c_skip·x + c_out·F(x, t), where the flow through x (B, …) at t (B,) ends: x0_hat, and x itself at 0.

    c_skip and c_out are those of the prediction, see `check_boundary`: for v, which is what the paper's
    parametrisation is for data of unit variance, alpha/scale² and −sigma/scale.
    """
    # at 0 nothing is asked of the network; beside it some factors are infinite
    found = estimate(network, setting, x, t.clamp(min=1e-9), cond)
    return torch.where(expand(t, x) > 0, found, x)


def check_boundary(setting: Setting) -> None:
    """Raise BadOption where f(x, 0) = x does not hold by itself, or f is no sum of parts of unit size."""
    path, kind = setting.path, setting.prediction
    out = kind.gain(path, torch.tensor([1e-6, path.t_max], dtype=torch.float64)).abs()
    if float(out[0]) > 0.1 or float(out[1]) > 4:
        raise BadOption(f"A consistency model that predicts {kind.name} on this path does not become the data where "
                        "noise ends, or grows without bounds where it begins; choose the prediction v.")


def curve_times(path: Path, count: int) -> Tensor:
    """Rising times from 0 over `count` noise levels to t_max: (count + 1,) float64 (Karras et al. 2022, eq. 5)."""
    return EDM().times(path, count).flip(0)


def place_of(path: Path, t: Tensor) -> Tensor:
    """Where times (B,) above 0 lie on the curve of `curve_times`: 1 at t_max, 0 at the finest noise, less below it."""
    low, high = _ends(path)
    return (path.kappa(t) ** (1 / EDM().rho) - low) / (high - low)


def time_at(path: Path, place: Tensor) -> Tensor:
    """The times at such places (B,) up to 1; 0 for those below 0. Levels are at equal distances."""
    low, high = _ends(path)
    level = low + place.clamp(0, 1) * (high - low)
    # on the CPU, as times of a noise level are float64, and back
    t = path.t_at_kappa((level ** EDM().rho).cpu()).clamp(max=path.t_max).to(place)
    return torch.where(place < 0, torch.zeros_like(t), t)


def _ends(path: Path) -> tuple[float, float]:
    """The finest and the coarsest noise, to the power of 1/rho."""
    coarsest = float(path.kappa(path.end))
    return EDM().finest ** (1 / EDM().rho), coarsest ** (1 / EDM().rho)


def neighbour(times: Tensor, t: Tensor) -> Tensor:
    """The next lower of rising times (N,) for each t (B,) above the first of them."""
    # a time that is one of them finds the one below it, also after rounding
    return times.to(t)[torch.searchsorted(times.to(t), t * (1 - 1e-6)).clamp(min=1) - 1]


def pseudo_huber(found: Tensor, wanted: Tensor) -> Tensor:
    """Pseudo-Huber distance of samples (B, …), over the root of the number of coordinates: (B,).

    Song & Dhariwal 2024, eq. 7 and section 3.3: sqrt(|a − b|² + c²) − c.
    """
    return ((found - wanted).square().flatten(1).mean(1) + SMOOTH**2).sqrt() - SMOOTH
