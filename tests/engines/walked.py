"""What the tests of several inverse methods share: every path, a tilted line of the plane, and the terms of a walk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from engines.operators.base import LinearOperator
from engines.process.paths import Path, paths
from engines.process.shapes import norms
from engines.samplers.base import Step

PATHS: tuple[Path, ...] = tuple(kind() for kind in paths().values())


@dataclass(frozen=True, eq=False)
class Matrix(LinearOperator):
    """y = M x for points (B, d): no spectrum is known, so that everything is solved by iteration."""

    rows: Tensor

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(d,)."""
        return (self.rows.shape[1],)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(m,)."""
        return (self.rows.shape[0],)

    def forward(self, x: Tensor) -> Tensor:
        """M x."""
        return x @ self.rows.to(x).T

    def adjoint(self, y: Tensor) -> Tensor:
        """Mᵀ y."""
        return y @ self.rows.to(y)


def tilted(seed: int = 0, rows: int = 3, columns: int = 5) -> Matrix:
    """A matrix that is nothing special."""
    return Matrix(torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64))


def terms_add_up(steps: Sequence[Step], tolerance: float = 1e-5) -> None:
    """Every move is what its deltas, its noise and the prior's rest come to, and the terms are their sizes."""
    for step, after in pairwise(steps):
        move = after.x - step.x
        others = sum(step.deltas.values(), torch.zeros_like(move))
        fresh = torch.zeros_like(move) if step.fresh is None else step.fresh
        if step.drift is not None:
            keep, pull = step.drift
            fresh = move - (keep * step.x + pull * step.x0)
            others = torch.zeros_like(move) + sum(d for n, d in step.deltas.items() if n == "likelihood")
        scale = float(norms(move).max()) + float(norms(step.x).max()) + 1e-9
        for name, found in (("prior", move - others - fresh), ("noise", fresh), *step.deltas.items()):
            gap = (norms(found) - step.terms[name]).abs().max()
            assert float(gap) <= tolerance * scale, (step.index, name, float(gap))
