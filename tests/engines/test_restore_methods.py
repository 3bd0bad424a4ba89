"""Compare methods: each is what Restore gives by itself, for about as many calls, and the table ranks them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.component import validated
from engines.errors import BadOption
from engines.events import Event, Measured, Noted, Sampled, Saved, Shown
from engines.figure_rows import METHODS, document, number, read_rows
from engines.inverse.base import methods
from engines.inverse.pnp import PlugAndPlay
from engines.inverse.repaint import RePaint
from engines.inverse.sdedit_method import SDEdit
from engines.modalities.image import png_bytes
from engines.model_file import read_header
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.samplers.ddim import DDIM
from engines.samplers.heun import Heun
from engines.tasks.base import options_of, task
from engines.tasks.fair_steps import fair_steps
from engines.tasks.restore_methods import FILE, KEPT, TUNED, MethodsOptions, fitted
from tests.engines.small import SIZE, context, events, save_small
from workbench.controllers.table_rows import caption

PIXELS = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 1), dtype=np.uint8)
FEW = {"steps": 4, "noise": {"name": "gaussian", "level": 5.0}, "degradation": {"name": "random-pixels"}, "seed": 3}
PATH, ANCESTRAL = VPCosine(), DDIM(eta=1.0)


def compared(folder: Path, **options: Any) -> list[Event]:
    """A comparison with the small model."""
    save_small(folder)
    return events("restore-methods", {**FEW, **options}, context(folder, {"image.png": png_bytes(PIXELS)}))


def of(found: list[Event], kind: type) -> list[Any]:
    return [event for event in found if isinstance(event, kind)]


def test_every_method_that_can_take_pixels_is_in_the_table_the_nearest_first(tmp_path: Path) -> None:
    found = compared(tmp_path)
    rows = read_rows(tmp_path / FILE)
    assert {row["name"] for row in rows} == set(methods())
    figures = [number(row["psnr"]) for row in rows if not row["why"]]
    assert figures == sorted(figures, reverse=True)
    assert len(figures) > 8
    (result,), (told,) = of(found, Sampled), of(found, Measured)
    assert (told.values["methods"], told.values["psnr"]) == (len(figures), figures[0])
    assert result.samples.shape == (len(figures), 1, SIZE, SIZE)
    truth = PIXELS[None, :, :, 0] / 127.5 - 1
    errors = ((result.samples - truth) ** 2).mean((1, 2, 3))
    assert figures == pytest.approx(10 * np.log10(4 / errors), abs=1e-4), "the pictures stand in the table's order"
    assert result.nfe == sum(number(row["calls"]) for row in rows if not row["why"])
    assert {shown.name for shown in of(found, Shown)} == {"measured", "truth",
                                                          *(row["name"] for row in rows if not row["why"])}
    assert not (tmp_path / KEPT).exists()


@pytest.mark.parametrize("name", ["ddnm", "dps", "sdedit"])
def test_a_row_is_what_restore_gives_with_its_options(tmp_path: Path, name: str) -> None:
    found = compared(tmp_path, methods=f"{name}, tikhonov")
    rows = read_rows(tmp_path / FILE)
    (place,) = (k for k, row in enumerate(rows) if row["name"] == name)
    again = events("restore", {**FEW, "count": 1, "method": json.loads(rows[place]["options"]),
                               "steps": int(rows[place]["steps"])},
                   context(tmp_path, {"image.png": png_bytes(PIXELS)}))
    (alone,), (figures,) = of(again, Sampled), of(again, Measured)
    assert (of(found, Sampled)[0].samples[place] == alone.samples[0]).all()
    assert number(rows[place]["psnr"]) == figures.values["psnr"]
    assert number(rows[place]["residual"]) == figures.values["residual"]
    assert int(rows[place]["calls"]) == alone.nfe


def test_the_method_of_the_form_is_tried_with_its_options_and_named_so(tmp_path: Path) -> None:
    chosen = {"name": "repaint", "jump": 1, "resample": 3}
    found = compared(tmp_path, methods="repaint, ddnm", method=chosen, steps=12)
    rows = {row["name"]: row for row in read_rows(tmp_path / FILE)}
    assert json.loads(rows["repaint"]["options"]) == {**json.loads(RePaint().model_dump_json()), **chosen}
    assert rows["repaint"]["title"] == f"{RePaint.listed()}{TUNED}"
    assert rows["ddnm"]["title"] == methods()["ddnm"].listed()
    again = events("restore", {**FEW, "count": 1, "method": chosen, "steps": int(rows["repaint"]["steps"])},
                   context(tmp_path, {"image.png": png_bytes(PIXELS)}))
    (alone,) = of(again, Sampled)
    place = list(rows).index("repaint")
    assert (of(found, Sampled)[0].samples[place] == alone.samples[0]).all()


def test_a_tuned_method_that_is_not_compared_is_told_of(tmp_path: Path) -> None:
    spec, compare = read_header(save_small(tmp_path)).spec, task("restore-methods")
    tuned = {"method": {"name": "repaint", "jump": 1, "resample": 3}}
    told = ("The options of RePaint are not used, as it is none of the methods that are compared; add “repaint” to "
            "them.")
    assert compare.caution(validated(compare.Form, {"methods": "ddnm", **tuned}), spec) == told
    for options in (tuned, {"methods": "repaint, ddnm", **tuned}, {"methods": "ddnm"},
                    {"methods": "ddnm", "method": {"name": "repaint"}}):
        assert compare.caution(validated(compare.Form, options), spec) == ""
    assert told in [noted.sentence for noted in of(compared(tmp_path, methods="tikhonov", **tuned), Noted)]


def test_the_words_about_its_options_stand_under_a_picture_and_what_a_method_is_does_not() -> None:
    chosen = MethodsOptions.model_validate({"method": {"name": "ddrm", "eta": 0.1}})
    row = {"title": chosen.title(chosen.method), "residual": "0.1", "psnr": "20"}
    assert caption(METHODS, row) == "20.00 · DDRM (with the options of the form)"
    assert caption(METHODS, {**row, "title": chosen.title(methods()["ddnm"]())}) == "20.00 · DDNM"
    assert caption(METHODS, {**row, "title": PlugAndPlay.title}) == "20.00 · Plug-and-play (DPIR)"


def test_the_cost_is_counted_by_the_methods_themselves(tmp_path: Path) -> None:
    """What differentiates and what does not are told apart, and both add up to the calls that are reported."""
    file = save_small(tmp_path)
    names = ("ddnm", "dps", "sdedit", "repaint")
    options = {**FEW, "methods": ", ".join(names), "steps": 20}
    spec = read_header(file).spec
    cost = task("restore-methods").cost_of(options_of(Recipe("restore-methods", {"model": "tiny", **options})), spec)
    assert cost is not None
    compared(tmp_path, **options)
    calls = {row["name"]: int(row["calls"]) for row in read_rows(tmp_path / FILE)}
    assert cost.evaluations == sum(calls.values())
    assert cost.gradients
    assert cost.without == sum(calls[name] for name in names if not methods()[name].differentiates) > 0


def test_methods_that_cannot_take_a_degradation_are_left_out_with_the_reason(tmp_path: Path) -> None:
    found = compared(tmp_path, degradation={"name": "clipping"})
    rows = {row["name"]: row for row in read_rows(tmp_path / FILE)}
    assert "pastes known pixels" in rows["repaint"]["why"]
    assert "needs a linear degradation" in rows["ddnm"]["why"]
    assert rows["dps"]["why"] == ""
    assert {row["name"] for row in rows.values() if row["why"]} == {
        name for name, kind in methods().items() if kind.linear or kind.pixels}
    assert sum("was left out: " in noted.sentence for noted in of(found, Noted)) == \
        sum(bool(row["why"]) for row in rows.values())
    with pytest.raises(BadOption, match="RePaint pastes known pixels"):
        compared(tmp_path, degradation={"name": "clipping"}, methods="repaint, ddnm")


def test_a_sampler_that_a_method_cannot_use_leaves_that_method_out(tmp_path: Path) -> None:
    compared(tmp_path, sampler={"name": "heun"})
    rows = {row["name"]: row for row in read_rows(tmp_path / FILE)}
    assert "cannot use" in rows["repaint"]["why"]
    assert np.isfinite(number(rows["dps"]["psnr"]))


def test_without_a_truth_the_residual_ranks(tmp_path: Path) -> None:
    compared(tmp_path, clean=False, degradation={"name": "identity"})
    rows = [row for row in read_rows(tmp_path / FILE) if not row["why"]]
    left = [number(row["residual"]) for row in rows]
    assert left == sorted(left)
    assert not any(row["psnr"] for row in rows)


@pytest.mark.parametrize("wanted", [5, 20, 50, 100, 250])
@pytest.mark.parametrize("name", sorted(methods()))
def test_every_method_gets_about_as_many_calls(name: str, wanted: int) -> None:
    options = MethodsOptions(steps=wanted, sampler=ANCESTRAL)
    method, steps = fitted(methods()[name](), options, PATH)
    calls = method.evaluations(PATH, ANCESTRAL, time_grid(PATH, steps, options.spacing))
    assert calls == 0 or abs(calls - wanted) <= max(1, 0.1 * wanted)


def test_steps_are_the_nearest_there_are() -> None:
    """Against trying every number of them."""
    spacing = MethodsOptions().spacing
    for method, wanted in ((SDEdit(strength=0.3), 12), (RePaint(jump=3, resample=4), 30)):
        tried = [abs(method.evaluations(PATH, ANCESTRAL, time_grid(PATH, n, spacing)) - wanted) for n in range(1, 200)]
        assert tried[fair_steps(method, PATH, ANCESTRAL, spacing, wanted) - 1] == min(tried)
    assert fair_steps(methods()["ddnm"](), PATH, Heun(), spacing, 9) == 9, "both call the network twice a step"


def test_a_comparison_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    whole = compared(tmp_path, methods="ddnm, dps, tikhonov")
    (tmp_path / FILE).unlink()
    around = context(tmp_path, {"image.png": png_bytes(PIXELS)})
    options = options_of(Recipe("restore-methods", {"model": "tiny", **FEW, "methods": "ddnm, dps, tikhonov"}))

    def until_one() -> Iterator[Event]:
        run = iter(task("restore-methods").run(options, around))
        for event in run:
            yield event
            if isinstance(event, Shown) and event.name == "ddnm":
                break

    part = list(until_one())
    assert not of(part, Sampled)
    assert (tmp_path / KEPT).exists()
    rest = list(task("restore-methods").run(options, replace(around)))
    assert not any("DDNM" in said.sentence for said in rest if hasattr(said, "sentence"))
    assert (of(rest, Sampled)[0].samples == of(whole, Sampled)[0].samples).all()
    (tmp_path / KEPT).write_bytes(b"PK damaged")
    again = list(task("restore-methods").run(options, around))
    assert of(again, Sampled)[0].sha256 == of(whole, Sampled)[0].sha256, "a damaged file is begun anew"


def test_the_table_is_told_as_soon_as_it_begins(tmp_path: Path) -> None:
    save_small(tmp_path)
    options = options_of(Recipe("restore-methods", {"model": "tiny", **FEW}))
    for event in task("restore-methods").run(options, context(tmp_path, {"image.png": png_bytes(PIXELS)})):
        if isinstance(event, Saved):
            break
    rows = document(tmp_path / FILE)
    assert {row["name"] for row in rows} == set(methods())
    assert all(row["psnr"] is None for row in rows)


def test_an_unknown_method_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadOption, match="Method “magic” is not known; choose “all” or from ddnm"):
        options_of(Recipe("restore-methods", {"methods": "dps, magic"}))
