"""Two degradations, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar, Generic, TypeVar, cast

import torch
from pydantic import BeforeValidator, SerializeAsAny, ValidationInfo
from torch import Tensor

from engines.component import chosen, option
from engines.errors import BadInput, BadOption
from engines.formula import Letter, Term
from engines.operators.base import Degradation, LinearOperator, Operator, degradations
from engines.operators.jpeg import Compression
from engines.operators.nonlinear_blur import NonlinearBlur

V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Composed(Operator):
    """A(x) = second(first(x)); what the second's pseudo-inverse gives, the first need not be able to measure."""

    consistent: ClassVar[bool] = False

    first: Operator
    second: Operator

    @property
    def shape_in(self) -> tuple[int, ...]:
        """That of the first."""
        return self.first.shape_in

    @property
    def shape_out(self) -> tuple[int, ...]:
        """That of the second."""
        return self.second.shape_out

    def forward(self, x: Tensor) -> Tensor:
        """second(first(x))."""
        return self.second.forward(self.first.forward(x))

    def pinv(self, y: Tensor) -> Tensor:
        """What the first would have measured, and a sample for that."""
        return self.first.pinv(self.second.pinv(y))


@dataclass(frozen=True, eq=False)
class ComposedLinear(LinearOperator):
    """A = second · first; its singular values do not follow from theirs, so that systems are solved by steps."""

    first: LinearOperator
    second: LinearOperator

    @property
    def shape_in(self) -> tuple[int, ...]:
        """That of the first."""
        return self.first.shape_in

    @property
    def shape_out(self) -> tuple[int, ...]:
        """That of the second."""
        return self.second.shape_out

    def forward(self, x: Tensor) -> Tensor:
        """second · first · x."""
        return self.second.forward(self.first.forward(x))

    def adjoint(self, y: Tensor) -> Tensor:
        """firstᵀ · secondᵀ · y."""
        return self.first.adjoint(self.second.adjoint(y))


def composed(first: Operator, second: Operator) -> Operator:
    """second ∘ first, linear where both are; second.shape_in is first.shape_out."""
    if isinstance(first, LinearOperator) and isinstance(second, LinearOperator):
        return ComposedLinear(first, second)
    return Composed(first, second)


def parts() -> dict[str, type[Degradation]]:
    """The degradations that a composition may be made of: all others, by name."""
    return {name: kind for name, kind in degradations().items() if not issubclass(kind, Composition)}


def part(spec: object, info: ValidationInfo, *, base: type[Degradation],
         kinds: Callable[[], dict[str, type[Degradation]]]) -> Degradation:
    """`chosen`, but for a composition within a composition: no form could be read that asks for four degradations."""
    named = cast("dict[str, object]", spec).get("name") if isinstance(spec, dict) else spec
    if isinstance(spec, Composition) or named == Composition.name:
        raise BadOption(f"Option {info.field_name} cannot be “{Composition.name}”, which would be one within another; "
                        f"choose one of {', '.join(kinds())}.")
    return chosen(cast(object, spec), info, base=base, kinds=kinds)


PartChoice = Annotated[SerializeAsAny[Degradation], BeforeValidator(partial(part, base=Degradation, kinds=parts))]


class Told(Generic[V]):
    """A fact about a composition that depends on its parts; asked of the class, it is that of the default parts."""

    def __init__(self, fact: Callable[[Degradation, Degradation], V]) -> None:
        """fact: what is told, from the two parts."""
        self._fact = fact

    def __get__(self, instance: Composition | None, owner: type[Composition]) -> V:
        """The fact."""
        whole = owner() if instance is None else instance
        return self._fact(whole.first, whole.second)


class Composition(Degradation):
    """The second degradation of what the first leaves."""

    name: ClassVar[str] = "composition"
    title: ClassVar[str] = "Two degradations"
    short: ClassVar[str] = "this pair of degradations"
    summary: ClassVar[str] = "Damages the picture twice: the second degradation takes what the first leaves."
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{A_2(A_1(x_0))}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Both degradations"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter("A_1", "what the first degradation does"),
                                             Letter("A_2", "what the second degradation does"))
    # what the base says of a class is said of each composition here, by its parts
    linear: ClassVar[bool] = cast(bool, Told(lambda first, second: first.linear and second.linear))
    spectral: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = cast("tuple[str, ...]", Told(
        lambda first, second: tuple(dict.fromkeys((*first.files, *second.files)))))

    first: PartChoice = option(NonlinearBlur(), title="First", help="What happens to the picture.")
    second: PartChoice = option(Compression(), title="Then", help="What happens to what the first leaves.")

    def called(self) -> str:
        """“motion blur, then JPEG compression”."""
        return f"{self.first.called()}, then {self.second.called()}"

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Operator:
        """Both, with chance from the same generator, the first's first.

        Raises:
            BadInput: when one does not fit what it is given, or the first leaves no picture (C, H, W).
        """
        first = self.first.operator(shape, draws, _own(self.first, files))
        left = first.shape_out
        if len(left) != 3:
            raise BadInput(f"After {self.first.word()} there is no picture but {'×'.join(map(str, left))} numbers, "
                           f"which {self.second.word()} cannot take; choose another first one, or swap the two.")
        return composed(first, self.second.operator(left, draws, _own(self.second, files)))


def _own(degradation: Degradation, files: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those of the attachments that a degradation takes; it says itself which one it misses."""
    return {name: files[name] for name in degradation.files if name in files}
