"""What does not fit one of many: pictures of a folder, methods that are compared; and a pull that throws a run away."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engines.checkpoint import load_model
from engines.device import device
from engines.errors import BadInput, Diverged
from engines.events import Event, Measured, Noted, Stepped
from engines.figure_rows import read_rows
from engines.inverse.base import Measurement, methods
from engines.modalities.image import png_bytes, read_image
from engines.operators.base import LinearOperator
from engines.sampling import sample
from engines.tasks import restore_folder
from engines.tasks.restore import Problem, RestoreOptions, conditioned
from engines.tasks.restore_folder import FILE
from engines.tasks.restore_methods import FILE as METHODS_FILE
from tests.engines.small import context, events, save_anywhere, save_small

PIXELS = np.random.default_rng(0).integers(0, 256, (24, 30, 3), dtype=np.uint8)
LARGE = ("The picture has 8,000 × 6,000 px, and 1 answer of it is more than the 16,000,000 px that are worked on "
         "at once; restore it by itself in a crop of at most 4,000 px.")
FEW = {"steps": 2, "count": 1, "seed": 3, "degradation": {"name": "random-pixels"},
       "noise": {"name": "gaussian", "level": 0}}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with “any”, of colour pictures of any size, and “tiny”, of grey ones of 8×8 px."""
    folder = tmp_path_factory.mktemp("models")
    save_anywhere(folder)
    save_small(folder)
    return folder


def unusual(folder: Path) -> Path:
    """A folder with a picture of every kind that is not usual, and one that is none."""
    place = folder / "odd"
    place.mkdir()
    picture, grey = Image.fromarray(PIXELS), PIXELS[:, :, 0]
    Image.fromarray(grey.astype(np.uint16) * 257).save(place / "16-bit.png")
    picture.save(place / "animated.gif", save_all=True, append_images=[picture.rotate(180)])
    (place / "broken.png").write_bytes(png_bytes(PIXELS)[:200])
    picture.convert("CMYK").save(place / "cmyk.tif")
    (place / "empty.png").write_bytes(b"")
    Image.new("1", (8000, 6000)).save(place / "large.png")
    picture.crop((0, 0, 1, 1)).save(place / "one.png")
    Image.fromarray(np.dstack([PIXELS, grey])).save(place / "transparent.png")
    return place


def gone_through(models: Path, place: Path, results: Path, **options: Any) -> tuple[list[Event], dict[str, str]]:
    """What is told of a folder, and why each picture of it could not be restored, "" where it was."""
    around = context(models)
    found = events("restore-folder", {"model": "any", **FEW, "method": {"name": "ddnm"}, "folder": str(place),
                                      "into": str(results), **options}, around)
    rows = {row["file"]: row["why"] for row in read_rows(around.folder / FILE)}
    (around.folder / FILE).unlink()
    return found, rows


def test_a_folder_of_unusual_pictures_has_a_sentence_for_each_that_cannot_be(
        models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, decoded = unusual(tmp_path), list[str]()

    def noted(file: Path, channels: int, name: str) -> np.ndarray:
        decoded.append(name)
        return read_image(file, channels, name)

    monkeypatch.setattr(restore_folder, "read_image", noted)
    found, why = gone_through(models, place, tmp_path / "out")
    assert "large.png" not in decoded
    assert {name for name, reason in why.items() if not reason} == {"16-bit.png", "animated.gif", "cmyk.tif",
                                                                    "transparent.png"}
    assert why["large.png"] == LARGE
    assert why["one.png"] == "A share of 50 % leaves none of 1×1 px; choose a larger share."
    assert "“empty.png” is empty" in why["empty.png"]
    assert "“broken.png”" in why["broken.png"]
    assert all(reason.endswith(".") and ". " not in reason for reason in why.values() if reason)
    (told,) = (event for event in found if isinstance(event, Measured))
    assert told.values == {"restored": 4, "failed": 4}
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_what_a_model_leaves_out_of_a_folder_is_said_once(models: Path, tmp_path: Path) -> None:
    place = tmp_path / "two"
    place.mkdir()
    for name in ("a.png", "b.png"):
        (place / name).write_bytes(png_bytes(PIXELS))
    told = ("“a.png”: Model tiny sees a square of 24 × 24 px as 8 × 8 in grey; choose a model of colour pictures of "
            "any size to restore it as it is.")
    found, _ = gone_through(models, place, tmp_path / "out", model="tiny", label="free")
    assert [event.sentence for event in found if isinstance(event, Noted) and "sees" in event.sentence] == [told]
    found, _ = gone_through(models, place, tmp_path / "out")
    assert not [event for event in found if isinstance(event, Noted)]


def compared(models: Path, data: bytes, **options: Any) -> list[Event]:
    """A comparison of two methods."""
    chosen = {"model": "any", **FEW, "methods": "ddnm, tikhonov", **options}
    return events("restore-methods", chosen, context(models, {"image.png": data}))


@pytest.mark.parametrize("kind", ["16-bit", "CMYK", "animated", "transparent"])
def test_unusual_pictures_are_compared(models: Path, kind: str) -> None:
    picture, grey, out = Image.fromarray(PIXELS), PIXELS[:, :, 0], io.BytesIO()
    if kind == "animated":
        picture.save(out, "GIF", save_all=True, append_images=[picture.rotate(180)])
    else:
        made = {"16-bit": Image.fromarray(grey.astype(np.uint16) * 257), "CMYK": picture.convert("CMYK"),
                "transparent": Image.fromarray(np.dstack([PIXELS, grey]))}[kind]
        made.save(out, "TIFF")
    compared(models, out.getvalue())
    rows = read_rows(models / METHODS_FILE)
    assert [row["why"] for row in rows] == ["", ""]


def test_every_method_is_compared_without_noise_and_its_figures_are_numbers(models: Path) -> None:
    compared(models, png_bytes(PIXELS), methods="all", steps=12)
    rows = read_rows(models / METHODS_FILE)
    assert {row["name"] for row in rows} == set(methods())
    assert all(np.isfinite([float(row[name]) for name in ("psnr", "residual", "calls")]).all()
               for row in rows if not row["why"])


@pytest.mark.parametrize(("options", "sentence"), [
    ({"degradation": {"name": "gaussian-blur", "width": 30}}, "A width of 30 px is too large for 30×24 px; choose 12"),
    ({"degradation": {"name": "random-pixels", "share": 0.01}}, "leaves none of 30×24 px; choose a larger share"),
    ({"degradation": {"name": "box", "side": 0.1}}, "leaves all of 30×24 px and nothing to fill"),
    ({"degradation": {"name": "radon"}}, "crop it to 24×24 px"),
])
def test_a_degradation_that_does_not_fit_is_refused_before_any_method(models: Path, options: dict[str, Any],
                                                                      sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        compared(models, png_bytes(PIXELS), **options)


def test_what_a_model_leaves_out_is_said_beside_a_comparison(models: Path) -> None:
    told = [event.sentence for event in compared(models, png_bytes(PIXELS), model="tiny", label="free")
            if isinstance(event, Noted)]
    assert told == ["Model tiny sees a square of 24 × 24 px as 8 × 8 in grey; choose a model of colour pictures of "
                    "any size to restore it as it is."]


class Amplified(LinearOperator):
    """A = 10⁵ I: a pull of DPS as published is 2ζ‖A‖ long, whatever is left of the measurement."""

    @property
    def shape_in(self) -> tuple[int, ...]:
        return (3, 8, 8)

    @property
    def shape_out(self) -> tuple[int, ...]:
        return self.shape_in

    def forward(self, x: Tensor) -> Tensor:
        return 1e5 * x

    def adjoint(self, y: Tensor) -> Tensor:
        return 1e5 * y


def test_a_pull_that_throws_the_state_away_ends_the_run_with_the_remedy_and_its_steps(models: Path) -> None:
    truth = torch.as_tensor(PIXELS[:8, :8]).permute(2, 0, 1)[None].float() / 127.5 - 1
    problem = Problem(Measurement(Amplified(), 1e5 * truth), truth)
    options = RestoreOptions.model_validate({"model": "any", "steps": 40, "count": 1,
                                             "method": {"name": "dps", "rule": "published", "zeta": 20}})
    model, seen = load_model(models / "any.safetensors", device("cpu")), list[Event]()
    with pytest.raises(Diverged, match="^Sampling diverged: at step .* times as large as data and noise are.*; choose "
                                       "a strength below 20, or the automatic step.$"):
        seen.extend(sample(conditioned(options, model, problem, context(models), "a title")))
    states = [event.step.x for event in seen if isinstance(event, Stepped)]
    assert 0 < len(states) < 40
    assert all(bool(state.isfinite().all()) for state in states), "what was good until then is there to be looked at"
