"""Restore: pictures, degradations and models that do not fit are told of in one sentence, or restored all the same."""

from __future__ import annotations

import io
import tracemalloc
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engines.component import build, validated
from engines.errors import BadInput, Diverged
from engines.events import Event, Measured, Noted, Opened, Sampled, Shown, Stepped
from engines.inverse.base import methods
from engines.inverse.dps import DPS, StepRule
from engines.inverse.mcg import MCG
from engines.modalities.image import extent_of, png_bytes
from engines.model_file import read_header
from engines.operators.base import Degradation, degradations
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.samplers.base import Step
from engines.samplers.ddim import DDIM
from engines.samplers.divergence import MOVES, Watch
from engines.tasks.base import options_of, task
from engines.tasks.extent import MOST, check_extent
from tests.engines.small import context, events, save_anywhere, save_small

RANDOM = {"name": "random-pixels"}
QUICK = {"name": "tikhonov"}  # no network at all: what is looked at is the picture
PIXELS = np.random.default_rng(0).integers(0, 256, (24, 30, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with “any” and “loud”, of colour pictures of any size, “any-grey”, and “tiny”, of grey ones of 8×8 px.

    All that “loud” says is that everything moves away, 3000 times as fast as it should.
    """
    folder = tmp_path_factory.mktemp("models")
    save_anywhere(folder)
    save_anywhere(folder, channels=1, name="any-grey")
    save_anywhere(folder, name="loud", bias=3000.0)
    save_small(folder)
    return folder


def restored(models: Path, data: bytes, name: str = "restore", **options: Any) -> list[Event]:
    method = {"method": QUICK} if name == "restore" else {}
    chosen = {"model": "any", "steps": 2, "count": 1, "degradation": RANDOM, **method, **options}
    return events(name, chosen, context(models, {"image.png": data}))


def of(found: list[Event], kind: type) -> list[Any]:
    return [event for event in found if isinstance(event, kind)]


def measured(found: list[Event]) -> np.ndarray:
    return next(event.picture for event in of(found, Shown) if event.name == "measured")


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


# what is seen of unusual pictures: the measurement by “noise only” of none is what the model is given

@pytest.mark.parametrize("kind", ["16-bit", "CMYK", "animated", "transparent", "grey"])
def test_unusual_pictures_are_seen_as_they_look(models: Path, kind: str) -> None:
    picture = Image.fromarray(PIXELS)
    grey = PIXELS[:, :, 0]
    data, seen = {
        "16-bit": (saved(Image.fromarray(grey.astype(np.uint16) * 257), "PNG"), np.repeat(grey[:, :, None], 3, 2)),
        "CMYK": (saved(picture.convert("CMYK"), "TIFF"), PIXELS),
        "animated": (saved(picture, "WEBP", save_all=True, append_images=[picture.rotate(180)], lossless=True), PIXELS),
        "transparent": (saved(Image.fromarray(np.dstack([PIXELS, np.where(grey > 99, 255, 0).astype(np.uint8)])),
                              "PNG"), np.where(grey[:, :, None] > 99, PIXELS, 255)),
        "grey": (saved(Image.fromarray(grey), "PNG"), np.repeat(grey[:, :, None], 3, 2)),
    }[kind]
    found = restored(models, data, degradation={"name": "identity"}, noise={"name": "gaussian", "level": 0})
    assert np.abs(measured(found).astype(int) - seen).max() <= (1 if kind == "CMYK" else 0)
    told = {"animated": "only the first of its 2 frames", "transparent": "white where it is transparent"}
    said = [event.sentence for event in of(found, Noted)]
    assert said == ([f"“image.png” is taken so: {told[kind]}."] if kind in told else [])


@pytest.mark.parametrize("name", sorted(methods()))
def test_a_measurement_without_noise_is_restored_by_every_method(models: Path, name: str) -> None:
    found = restored(models, png_bytes(PIXELS), noise={"name": "gaussian", "level": 0}, steps=12,
                     method={"name": name})
    (result,), (figures,) = of(found, Sampled), of(found, Measured)
    assert np.isfinite(result.samples).all()
    assert np.isfinite(list(figures.values.values())).all()


TOO_SMALL = {  # what one pixel is too small for, and what would fit
    "box": "choose a larger box", "disc-blur": "choose 0.5 px or less", "downsampling": "choose a picture of 4×4 px",
    "gaussian-blur": "choose 0.5 px or less", "lines": "choose a picture of 2 or more rows",
    "motion-blur": "choose 1 px or less", "random-pixels": "choose a larger share",
    "random-projections": "measure a share of at least 1"}


@pytest.mark.parametrize("name", sorted(name for name, kind in degradations().items() if not kind.files))
def test_one_pixel_is_restored_or_told_of(models: Path, name: str) -> None:
    asked = partial(restored, models, png_bytes(PIXELS[:1, :1]), degradation={"name": name}, method={"name": "dps"})
    if name in TOO_SMALL:
        with pytest.raises(BadInput, match=f"1×1 px.*; {TOO_SMALL[name]}"):
            asked()
    else:
        found = asked()
        assert of(found, Opened)[0].shape == (1, 3, 1, 1)
        assert np.isfinite(of(found, Sampled)[0].samples).all()


@pytest.mark.parametrize(("degradation", "sentence"), [
    ({"name": "gaussian-blur", "width": 30}, "A width of 30 px is too large for 30×24 px; choose 12 px or less"),
    ({"name": "disc-blur", "radius": 20}, "A radius of 20 px is too large for 30×24 px; choose 12 px or less"),
    ({"name": "motion-blur", "length": 40}, "A length of 40 px is too large for 30×24 px; choose 24 px or less"),
    ({"name": "downsampling", "factor": 8}, "30×24 px do not divide into blocks of 8×8 px; choose a picture of 24×24"),
    ({"name": "radon"}, "this one is 30×24 px; crop it to 24×24 px"),
    ({"name": "random-pixels", "share": 0.01}, "A share of 0.01 % leaves none of 30×24 px; choose a larger share"),
    ({"name": "random-pixels", "share": 99.99}, "leaves all of 30×24 px and nothing to fill; choose a smaller share"),
    ({"name": "box", "side": 100}, "A box of 100 % of each side leaves none of 30×24 px; choose a smaller box"),
    ({"name": "box", "side": 0.1}, "leaves all of 30×24 px and nothing to fill; choose a larger box"),
    ({"name": "composition", "first": "mask"}, "The mask “mask.png” is missing; open or drop a file first"),
    ({"name": "composition", "second": "kernel-blur"}, "The kernel “kernel.png” is missing; open or drop a file first"),
])
def test_a_degradation_that_does_not_fit_is_refused_with_what_would(models: Path, degradation: dict[str, Any],
                                                                    sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        restored(models, png_bytes(PIXELS), degradation=degradation, method={"name": "dps"})


@pytest.mark.parametrize(("kernel", "sentence"), [
    (torch.tensor([[1.0, -1.0]]), "sums to 0"),
    (torch.zeros(3, 3), "sums to 0"),
    (torch.ones(3, 40), "The kernel of 40×3 px is larger than the picture of 30×24 px; draw a smaller one"),
    (torch.tensor([[1.0, float("nan")]]), "1 weights that are not finite"),
])
def test_a_kernel_that_cannot_blur_is_refused(kernel: torch.Tensor, sentence: str) -> None:
    drawn = build(Degradation, {"name": "kernel-blur"}, degradations)  # type: ignore[type-abstract]
    with pytest.raises(BadInput, match=sentence):
        drawn.operator((3, 24, 30), torch.Generator(), {"kernel": kernel.double()})


@pytest.mark.parametrize("name", ["restore", "restore-methods"])
def test_a_large_picture_is_refused_by_its_header_alone(models: Path, name: str) -> None:
    data = saved(Image.new("1", (8000, 6000)), "PNG")
    tracemalloc.start()
    with pytest.raises(BadInput, match=(
            "The picture has 8,000 × 6,000 px, and 4 answers of it are more than the 16,000,000 px that are worked on "
            "at once; choose a crop of at most 2,000 px.")):
        restored(models, data, name, count=4)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6, "decoded it would take 144 MB"
    with pytest.raises(BadInput, match="The crop has 5,000 × 5,000 px, and 1 answer of it is more than the"):
        restored(models, data, name, crop_side=5000)


def test_a_large_picture_to_edit_is_refused_before_there_is_a_run(models: Path) -> None:
    spec, edit = read_header(models / "any.safetensors").spec, task("edit")
    files = {"image.png": saved(Image.new("1", (8000, 6000)), "PNG")}
    with pytest.raises(BadInput, match="The picture has 8,000 × 6,000 px, and 4 answers of it are more than the"):
        edit.check(validated(edit.Form, {"model": "any", "count": 4}), files, spec)
    edit.check(validated(edit.Form, {"model": "any", "count": 4, "crop_side": 2000}), files, spec)
    edit.check(validated(edit.Form, {"model": "any", "count": 4}), files, read_header(models / "tiny.safetensors").spec)


def test_a_large_square_to_fill_is_refused_before_there_is_a_run(models: Path) -> None:
    spec, inpaint = read_header(models / "any.safetensors").spec, task("inpaint")
    mask = Image.new("L", (3000, 2500))
    mask.paste(255, (300, 300, 1500, 1400))
    files = {"image.png": saved(Image.new("1", mask.size), "PNG"), "mask.png": saved(mask, "PNG")}
    with pytest.raises(BadInput, match="The square has 2,400 × 2,400 px, and 4 answers of it are more than the"):
        inpaint.check(validated(inpaint.Form, {"model": "any", "count": 4}), files, spec)
    inpaint.check(validated(inpaint.Form, {"model": "any", "count": 2}), files, spec)


def test_a_crop_of_a_large_picture_is_restored(models: Path) -> None:
    large = Image.new("L", (8000, 6000))
    large.paste(Image.fromarray(PIXELS[:, :, 0]), (7000, 5000))
    found = restored(models, saved(large, "PNG", compress_level=1), crop_x=7000, crop_y=5000, crop_side=24,
                     degradation={"name": "identity"}, noise={"name": "gaussian", "level": 0})
    assert of(found, Opened)[0].shape == (1, 3, 24, 24)
    assert (measured(found) == PIXELS[:, :24, :1]).all()


def test_what_fits_is_what_is_named() -> None:
    with pytest.raises(BadInput, match="choose a crop of at most 2,309 px, or 1 answer"):
        check_extent(4000, 3000, 3)
    check_extent(2309, 2309, 3)
    check_extent(4000, 3000, 1)
    assert MOST == 4000 * 4000
    check_extent(4000, 4000, 1)


def test_the_extent_is_that_of_the_picture_turned_upright() -> None:
    picture, exif = Image.fromarray(PIXELS), Image.Exif()
    exif[0x0112] = 6
    assert extent_of(png_bytes(PIXELS), "a") == (30, 24)
    assert extent_of(saved(picture, "JPEG", exif=exif), "a") == (24, 30)


@pytest.mark.parametrize(("model", "sentence"), [
    ("any", None),
    ("any-grey", "Model any-grey sees the picture in grey; choose a model of colour pictures to restore it as it is."),
    ("tiny", "Model tiny sees a square of 24 × 24 px as 8 × 8 in grey; choose a model of colour pictures of any "
             "size to restore it as it is."),
])
def test_what_a_model_leaves_out_of_a_picture_is_said(models: Path, model: str, sentence: str | None) -> None:
    told = [event.sentence for event in of(restored(models, png_bytes(PIXELS), model=model, label="free"), Noted)]
    assert [one for one in told if one.startswith("Model ")] == ([] if sentence is None else [sentence])


def test_colours_of_a_model_without_them_cannot_be_made_grey(models: Path) -> None:
    with pytest.raises(BadInput, match="Grey is made of 3 channels, .* choose a model of colour pictures"):
        restored(models, png_bytes(PIXELS), model="any-grey", degradation={"name": "grey"}, method={"name": "dps"})


def looked_at(sizes: list[float], reached: list[int], **how: Any) -> None:
    """A look at states of such sizes in a row, as far as it goes."""
    watch = Watch(VPCosine(), DDIM(), torch.linspace(1, 0, len(sizes) + 1, dtype=torch.float64)[:-1], **how)
    for index, size in enumerate(sizes):
        reached.append(index)
        x = torch.full((1, 3, 4, 4), size)
        watch.look(Step(index, len(sizes), 0.5, x, x, 0))


def test_pictures_that_stay_far_away_are_lost_though_they_shrink() -> None:
    sizes, reached = [1.0, 5000.0, 1.0, *(5000.0 / k for k in range(1, 15))], list[int]()
    calmer = DPS(rule=StepRule.PUBLISHED, zeta=20.0).calmer()
    with pytest.raises(Diverged, match="at step 10 the state is 62. times as large as data and noise are; choose a "
                                       "strength below 20, or the automatic step"):
        looked_at(sizes, reached, bounded=True, calmer=calmer)
    assert reached[-1] == 2 + MOVES, "one step far away may come back, eight in a row do not"
    looked_at(sizes, reached)  # points may be far from 0 by themselves
    assert reached[-1] == len(sizes) - 1


def diverging(models: Path, seen: list[Event], steps: int) -> None:
    """A run that no measurement can hold."""
    options = options_of(Recipe("restore", {"model": "loud", "steps": steps, "count": 1, "degradation": RANDOM}))
    seen.extend(task("restore").run(options, context(models, {"image.png": png_bytes(PIXELS)})))


def test_a_run_that_diverges_keeps_its_steps_until_then(models: Path) -> None:
    seen = list[Event]()
    with pytest.raises(Diverged, match="Sampling diverged: .* choose more steps, less guidance or another method"):
        diverging(models, seen, 40)
    steps = of(seen, Stepped)
    assert MOVES <= len(steps) < 40
    assert all(bool(event.step.x.isfinite().all()) for event in steps)


def test_answers_that_are_no_pictures_are_told_of(models: Path) -> None:
    """In a few steps nothing is beyond doubt before the end."""
    seen = list[Event]()
    diverging(models, seen, 3)
    size = float(np.sqrt((of(seen, Sampled)[0].samples.astype(float) ** 2).mean()))
    assert size > 100
    assert [event.sentence for event in of(seen, Noted)][-1] == (
        f"The answers are {size:,.0f} times as large as pictures are; choose more steps, less guidance or another "
        "method, such as DiffPIR.")


def test_the_remedy_is_the_methods_own() -> None:
    assert MCG(zeta=3.0).calmer() == "a strength below 3, or another method, such as DDNM"
    for kind in methods().values():
        assert not kind().calmer().endswith(".")
