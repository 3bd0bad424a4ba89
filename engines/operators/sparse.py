"""A sparse matrix that multiplies pictures, with its transpose beside it: both products are fast and differentiable.

torch's own sparse tensors warn of being unfinished where they are fast, and their gradients are slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, cast

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The entries of a matrix row by row.

    columns: (k,) int32, the column of each entry; weights: (k,) float32, its value; starts: (rows,) int32, the place
    of each row's first entry.
    """

    columns: Tensor
    weights: Tensor
    starts: Tensor

    @classmethod
    def of(cls, rows: Tensor, columns: Tensor, weights: Tensor, count: int) -> Self:
        """From entries (k,) in any order, of which those at one place add up; `count` rows."""
        order = torch.argsort(rows, stable=True)
        starts = torch.searchsorted(rows[order], torch.arange(count, dtype=rows.dtype))
        return cls(columns[order].int(), weights[order].float(), starts.int())

    def times(self, x: Tensor) -> Tensor:
        """The product with each row of x: (n, columns) -> (n, rows)."""
        place, weights = x.device, self.weights.to(x)
        bags = F.embedding_bag(self.columns.to(place), x.T.contiguous(), self.starts.to(place), mode="sum",
                               per_sample_weights=weights)
        return bags.T


@dataclass(frozen=True, slots=True, eq=False)
class Sparse:
    """A matrix M of float32 entries, by its rows and by those of its transpose."""

    rows: Rows
    transposed: Rows

    @classmethod
    def of(cls, rows: Tensor, columns: Tensor, weights: Tensor, shape: tuple[int, int]) -> Self:
        """From entries (k,) of a matrix of that shape (rows, columns)."""
        return cls(Rows.of(rows, columns, weights, shape[0]), Rows.of(columns, rows, weights, shape[1]))

    def times(self, x: Tensor) -> Tensor:
        """M x for each row of x: (n, columns) -> (n, rows)."""
        return _product(x, self.rows, self.transposed)

    def back(self, y: Tensor) -> Tensor:
        """Mᵀ y for each row of y: (n, rows) -> (n, columns)."""
        return _product(y, self.transposed, self.rows)


class _Product(torch.autograd.Function):
    """A product with a matrix whose gradient is the product with its transpose, and can be differentiated again."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, rows: Rows, transposed: Rows) -> Tensor:
        """M x."""
        ctx.both = rows, transposed
        return rows.times(x)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, None, None]:
        """Mᵀ of the gradient."""
        rows, transposed = cast("tuple[Rows, Rows]", ctx.both)
        return _product(grad_outputs[0], transposed, rows), None, None


def _product(x: Tensor, rows: Rows, transposed: Rows) -> Tensor:
    """The product of each row of x with a matrix that is told with its transpose."""
    return cast(Tensor, _Product.apply(x, rows, transposed))  # pyright: ignore[reportUnknownMemberType]
