"""Which pictures a model is measured on: digits that no model of them was trained on, or the user's own picture."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar

import numpy as np
import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover, option
from engines.counted import counted
from engines.data.digits import digits
from engines.denoiser import NO_CLASS
from engines.errors import BadOption
from engines.modalities.image import centre_crop
from engines.model_file import ModelSpec
from engines.shown import CANVAS
from engines.tasks.pictures import Picture, PictureOptions, open_picture

LEVELS = 256  # of grey or of a colour, from −1 to 1


@dataclass(frozen=True, slots=True)
class Subjects:
    """Pictures x0 (B, C, H, W) float32, each number one of `LEVELS`, and the class (B,) that each is said to have."""

    x0: Tensor
    labels: tuple[int, ...]


class Subject(Component):
    """What is measured."""

    @abstractmethod
    def words(self, count: int) -> str:
        """“16 held-out digits”, “a picture, 16 times”."""

    @abstractmethod
    def pictures(self, spec: ModelSpec, files: Mapping[str, bytes], count: int, seed: int) -> Subjects:
        """So many of them at the size and in the colours of a model; raises BadInput.

        files: attachments of the recipe.
        """


class HeldOut(Subject):
    """Digits of the test set, drawn by the seed, each once."""

    name: ClassVar[str] = "held-out"
    title: ClassVar[str] = "Held-out digits"
    summary: ClassVar[str] = "Of the 1,000 digits that no training here learns from, some by chance."

    told: bool = option(False, title="Tell the class", help="Say to the model which digit each is; of a model of the "
                                                            "ten digits alone.")

    def words(self, count: int) -> str:
        """By number."""
        return f"{counted(count, 'held-out digit')}{', told their class' if self.told else ''}"

    def pictures(self, spec: ModelSpec, files: Mapping[str, bytes], count: int, seed: int) -> Subjects:
        """As the bundled set has them, scaled for a model of another size."""
        del files
        data = digits()
        if self.told and spec.classes != data.classes:
            raise BadOption("Only a model of the ten digits can be told which digit each is; switch “Tell the class” "
                            "off, or choose such a model.")
        # Philox is specified to the bit: the same digits on every machine
        chosen = np.random.Generator(np.random.Philox(key=[seed, 0])).permutation(data.test)[:count]
        square = centre_crop(data.size, data.size)
        seen = [Picture(image.transpose(1, 2, 0), square).model_input(spec.channels, spec.size)
                for image in data.images[chosen]]
        labels = data.labels[chosen].tolist() if self.told else [NO_CLASS] * count
        return Subjects(on_levels(torch.tensor(np.stack(seen))), tuple(labels))


class OwnPicture(Subject):
    """One picture, many times, each with other noise."""

    name: ClassVar[str] = "picture"
    title: ClassVar[str] = "A picture"
    summary: ClassVar[str] = "The middle square of one picture, each time with other noise."

    image: str = option(CANVAS, title="Picture", widget="picture",
                        help="The picture on the canvas, the selected sample, or a file.")

    def words(self, count: int) -> str:
        """Without its name."""
        return "a picture" if count == 1 else f"a picture, {count:,} times"

    def pictures(self, spec: ModelSpec, files: Mapping[str, bytes], count: int, seed: int) -> Subjects:
        """As the model sees it."""
        del seed
        seen = open_picture(files, PictureOptions(image=self.image)).model_input(spec.channels, spec.size)
        x0 = on_levels(torch.tensor(seen))
        return Subjects(x0.expand(count, *x0.shape), (NO_CLASS,) * count)


def on_levels(x: Tensor) -> Tensor:
    """The nearest of `LEVELS` evenly spaced values from −1 to 1."""
    half = (LEVELS - 1) / 2
    return ((x.clamp(-1, 1) + 1) * half).round() / half - 1


def subjects() -> dict[str, type[Subject]]:
    """Every kind, by name."""
    return discover("engines.tasks", Subject)


SubjectChoice = Annotated[SerializeAsAny[Subject], BeforeValidator(partial(chosen, base=Subject, kinds=subjects))]
