"""An MLP that tells the class of a noisy point."""

from __future__ import annotations

from typing import ClassVar

from torch import nn

from engines.component import option
from engines.modality import Modality
from engines.networks.base import Network
from engines.networks.mlp import MLP, MLPOptions


class MLPClassifierOptions(Network):
    """The residual layers of the MLP, that give a number for each class."""

    name: ClassVar[str] = "mlp-classifier"
    title: ClassVar[str] = "MLP classifier"
    summary: ClassVar[str] = "Residual layers, each told the time, that tell the class of a noisy point."
    modality: ClassVar[Modality] = Modality.POINTS
    learns: ClassVar[bool] = False
    classifies: ClassVar[bool] = True

    width: int = option(64, title="Width", help="Numbers of each layer.", unit="units", ge=8, le=1024, group="Network",
                        advanced=True)
    depth: int = option(2, title="Depth", help="Residual blocks of two layers each.", unit="blocks", ge=1, le=16,
                        group="Network", advanced=True)

    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> MLPClassifier:
        """The network of points (d,)."""
        del outputs
        return MLPClassifier(self, shape[0], classes)


class MLPClassifier(MLP):
    """(x, t, cond) -> logits (B, classes) of noisy points x (B, d); cond is not looked at.

    Without waves of the coordinates: its gradient is to be smooth.
    """

    def __init__(self, options: MLPClassifierOptions, dimension: int, classes: int) -> None:
        super().__init__(MLPOptions(width=options.width, depth=options.depth, octaves=0), dimension, 0)
        self.out = nn.Linear(options.width, classes)
