"""Which model suits a picture, and which samples go with a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engines.component import Options, validated
from engines.data import samples
from engines.data.digits import digits
from engines.data.samples import FOLDER, samples_for
from engines.model_file import ModelFile, ModelSpec
from engines.model_list import find_models
from engines.networks.drunet import DRUNetOptions
from engines.networks.unet import UNetOptions
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.tasks.base import task
from engines.tasks.suited import advice, better

SMALL = UNetOptions(width=8, mults=(1, 2), attention=(4,), head=8, groups=4)
ANY = DRUNetOptions(width=8, mults=(1,), depth=1)


def model(name: str, channels: int, size: int, network: Any = SMALL) -> ModelFile:
    spec = ModelSpec(title=name, channels=channels, size=size, prediction=V(), path=VPCosine(), network=network)
    return ModelFile(name, name, Path(name), spec, {}, name)


DIGITS, PHOTOS, FACES, GREY = model("digits", 1, 28), model("photos", 3, 64, ANY), model("faces", 3, 64), \
    model("grey", 1, 16, ANY)
KNOWN = [DIGITS, PHOTOS, FACES, GREY]


def named(name: str, asked: ModelFile, extent: tuple[int, int], channels: int) -> list[str]:
    """What is better than a model for a picture, by a task."""
    found: Any = task(name)
    options: Options = validated(found.Form, {"model": asked.choice})
    return [other.choice for other in better(found, options, asked.spec, KNOWN, extent, channels)]


@pytest.mark.parametrize("name", ["restore", "restore-methods", "inpaint", "edit"])
def test_a_picture_that_would_be_shrunk_or_lose_its_colours_is_seen_whole_by_others(name: str) -> None:
    assert named(name, DIGITS, (300, 200), 3) == ["photos"]
    assert named(name, DIGITS, (300, 200), 1) == ["photos", "grey"]
    assert named(name, DIGITS, (64, 64), 3) == ["photos", "faces"]
    assert named(name, FACES, (300, 200), 3) == ["photos"]
    assert named(name, GREY, (300, 200), 3) == ["photos"], "it loses its colours alone"


def test_a_picture_of_just_the_kind_of_another_model_suits_that_better_than_one_of_any() -> None:
    assert named("restore", PHOTOS, (28, 28), 1) == ["digits"]
    assert named("edit", PHOTOS, (64, 64), 3) == ["faces"]
    assert named("edit", PHOTOS, (28, 28), 3) == [], "digits have no colours"


def test_where_the_model_suits_nothing_else_is_named() -> None:
    assert named("edit", DIGITS, (28, 28), 1) == named("restore", PHOTOS, (300, 200), 3) == []
    assert named("edit", FACES, (64, 64), 3) == []


@pytest.mark.parametrize(("asked", "other", "extent", "channels", "said"), [
    (DIGITS, PHOTOS, (300, 200), 3,
     "digits is for pictures of 28 × 28 px in grey; photos takes this one as it is."),
    (FACES, PHOTOS, (300, 200), 3, "faces is for pictures of 64 × 64 px; photos takes this one as it is."),
    (GREY, PHOTOS, (300, 200), 3, "grey is for pictures in grey; photos takes this one as it is."),
    (PHOTOS, DIGITS, (28, 28), 1,
     "digits is for pictures of just this kind, 28 × 28 px in grey; photos is for any.")])
def test_the_advice_is_one_sentence_that_names_both(asked: ModelFile, other: ModelFile, extent: tuple[int, int],
                                                    channels: int, said: str) -> None:
    assert advice(asked.choice, asked.spec, other, extent, channels) == said


def test_a_model_of_digits_gets_a_digit_of_each_class_from_the_test_part() -> None:
    spec = next(found.spec for found in find_models([]) if found.choice == "digits")
    offered, data = samples_for(spec), digits()
    assert [sample.title for sample in offered] == [f"Digit {digit}" for digit in range(10)]
    for digit, sample in enumerate(offered):
        same = (data.images[data.test, 0] == sample.pixels()[:, :, 0]).all((1, 2))
        assert data.labels[data.test[same]].tolist() == [digit]


def test_all_digits_are_unpacked_once_for_the_ten_that_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked, spec = list[int](), next(found.spec for found in find_models([]) if found.choice == "digits")
    monkeypatch.setattr(samples, "digits", lambda: unpacked.append(1) or digits())
    offered = samples_for(spec)
    pictures = [sample.pixels() for sample in offered]
    assert len(unpacked) == 1
    pictures[0][:] = 0
    assert offered[0].pixels().any(), "who changes one changes his own"


@pytest.mark.parametrize("spec", [None, PHOTOS.spec, FACES.spec, GREY.spec])
def test_all_others_get_photographs_small_ones_with_their_licence_beside_them(spec: ModelSpec | None) -> None:
    offered, read_me = samples_for(spec), (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [sample.title for sample in offered] == ["Astronaut", "Camera", "Cat", "Coffee", "Rocket"]
    for sample in offered:
        pixels = sample.pixels()
        assert max(pixels.shape[:2]) == 256
        assert pixels.shape[2] == (1 if sample.title == "Camera" else 3)
    files = sorted(FOLDER.glob("*.jpg"))
    assert sum(file.stat().st_size for file in files) < 400_000
    assert all(f"`{file.name}`" in read_me for file in files)


def test_no_sample_is_among_the_photographs_that_are_trained_on() -> None:
    listed = (FOLDER.parent / "data" / "photographs.csv").read_text(encoding="utf-8").lower()
    assert not any(word in listed for word in ("scikit", "skimage", "astronaut.", "chelsea", "coffee.", "rocket.jpg"))
    assert np.asarray(Image.open(FOLDER / "coffee.jpg")).shape == (171, 256, 3)
