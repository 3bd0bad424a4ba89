"""The contract of a network: its options, and how one is made for data of a shape."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, SerializeAsAny
from torch import nn

from engines.component import Component, chosen, discover
from engines.modality import Modality


class Network(Component):
    """The size of a network, which a user chooses; the data decide the rest. One file each in this package.

    `modality` is the data it is for. `learns` says whether it is trained step by step; one whose weights are found
    in another way is built and loaded like all others. `classifies`: it tells classes of noisy data, as logits
    (B, classes), and denoises nothing; it learns in a task of its own. `anywhere`: whether it takes images of other
    sizes than those it learned.
    """

    modality: ClassVar[Modality] = Modality.IMAGE
    learns: ClassVar[bool] = True
    anywhere: ClassVar[bool] = False
    classifies: ClassVar[bool] = False

    @property
    def factor(self) -> int:
        """By how much its smallest map of an image is smaller than the image; 1 for one that makes none smaller."""
        return 1

    @abstractmethod
    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> nn.Module:
        """A new network (x, t, cond) -> prediction, weights random.

        Args:
            shape: of one sample, (C, H, W) or (d,).
            classes: that it may be asked for, 0 for none.
            outputs: how many numbers it gives for each that it sees: x (B, C, …) becomes (B, outputs·C, …), the
                prediction first.

        Raises:
            BadOption: as `check`.
        """

    def check(self, shape: tuple[int, ...], classes: int) -> None:
        """Raise BadOption, naming value and remedy, when the options do not fit the data; quick."""
        del shape, classes

    def fault(self, network: nn.Module) -> str:
        """Why a network of these options cannot be used with the weights that were loaded into it, "" when it can."""
        del network
        return ""


def networks() -> dict[str, type[Network]]:
    """Every network known, by name."""
    return discover("engines.networks", Network)


def trainable(modality: Modality) -> dict[str, type[Network]]:
    """Those that are trained step by step on data of a modality, by name."""
    return {name: kind for name, kind in networks().items() if kind.learns and kind.modality is modality}


NetworkChoice = Annotated[SerializeAsAny[Network], BeforeValidator(partial(chosen, base=Network, kinds=networks))]
