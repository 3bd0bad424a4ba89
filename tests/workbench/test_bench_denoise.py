"""The line “denoise”: what it says of both sides, and of a model or a peer that cannot be had."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engines.benchmarks import denoising
from engines.benchmarks.denoising import Removed
from tests.engines.small import save_small
from workbench.bench import peer
from workbench.bench.line import Settings, lines
from workbench.bench.lines import denoise
from workbench.bench.lines.denoise import BM3D, Denoise, figure
from workbench.bench.peer import DIFFUSERS, NoPeer, peer_python
from workbench.cli.commands import bench
from workbench.interrupt import Interrupt

MODEL: Any = SimpleNamespace(name="photos", sha256="12345678" * 8)
FAKE = {"bm3d.py": "def bm3d_rgb(noisy, sigma):\n    print('denoising')\n    return noisy.astype(float)\n",
        "skimage/__init__.py": "",
        "skimage/data.py": "import numpy\n\ndef astronaut():\n    grey = numpy.full((8, 8, 1), 128, numpy.uint8)\n"
                           "    return grey\n\nchelsea = coffee = rocket = astronaut\n",
        "bm3d-4.0.3.dist-info/METADATA": "Metadata-Version: 2.1\nName: bm3d\nVersion: 4.0.3\n"}


def both(*values: tuple[float, float]) -> list[Removed]:
    return [Removed(f"p{k}", ours, theirs, 2.0, 4.0) for k, (ours, theirs) in enumerate(values)]


def test_the_mean_may_be_one_decibel_below() -> None:
    close = figure(both((30.0, 31.5), (32.0, 32.5)), "4.0.3", MODEL)
    assert (close.ours, close.peer, close.ratio, close.ok) == (1.0, 1.0, 1.0, True)
    assert "mean PSNR 31.00 dB beside 32.00 dB of BM3D 4.0.3, a difference of -1.00 dB" in close.note
    assert "p0 30.00 beside 31.50, p1 32.00 beside 32.50" in close.note
    assert not figure(both((30.0, 31.25)), "4.0.3", MODEL).ok
    better = figure(both((33.0, 31.0)), "4.0.3", MODEL)
    assert better.ok
    assert "+2.00 dB" in better.note


def test_a_missing_model_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no environment is made for nothing."""
    monkeypatch.setattr(denoising, "BUNDLED", tmp_path)
    monkeypatch.setattr(denoise, "peer_python", lambda *_: pytest.fail("an environment is looked for"))
    (line,) = lines("denoise")
    (found,) = line.measure(Settings(1, None, lambda _: None))
    assert not found.ok
    assert found.note.startswith("The bundled model “photos” is missing; ")
    (found,) = line.measure(Settings(1, None, lambda _: None, "nowhere"))
    assert "“nowhere”" in found.note


def test_the_model_that_was_named_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the process of its own that every line has."""
    parser, given, seen = argparse.ArgumentParser(), list[str](), list[Settings]()
    line: Any = SimpleNamespace(measure=lambda settings: seen.append(settings) or [])
    terminal: Any = SimpleNamespace(say=print)
    bench.Bench().add_flags(parser)

    def output(command: list[str], _: Interrupt) -> tuple[int, str]:
        given.extend(command[command.index("bench") + 1:])
        return 0, '{"lines": [{"name": "told"}]}'

    monkeypatch.setattr(bench, "output", output)
    for words, model in ([], ""), (["--model", "mine"], "mine"):
        given.clear()
        assert bench.measured_apart(Denoise(), parser.parse_args(words), Interrupt()) == [{"name": "told"}]
        given.remove("--json")  # which every command has
        assert parser.parse_args(given).model == model
        bench.measured_here(line, parser.parse_args(given), terminal)
        assert seen[-1].model == model


def test_a_peer_that_cannot_be_had_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Path:
        raise NoPeer("BM3D could not be installed.")

    monkeypatch.setattr(denoise, "peer_python", refused)
    (found,) = Denoise().measure(Settings(1, None, lambda _: None, str(save_small(tmp_path))))
    assert (found.ok, found.note) == (False, "BM3D could not be installed.")


def test_every_picture_goes_through_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script in a process of its own, with libraries in place of the peer's that leave the noise as it is."""
    for name, text in FAKE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setattr(denoise, "peer_python", lambda *_: Path(sys.executable))
    monkeypatch.setattr(denoising, "SEED", 1)
    (found,) = Denoise().measure(Settings(1, None, lambda _: None, str(save_small(tmp_path))))
    # noise of 25/255 alone is 20·log10(255/25) = 20.17 dB, but for the chance of so few pixels
    assert "of BM3D 4.0.3" in found.note
    assert float(found.note.split(" beside ")[1].split()[0]) == pytest.approx(20.17, abs=0.7)


def test_environments_are_apart_and_told_by_their_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert BM3D.home.parent == DIFFUSERS.home.parent
    assert BM3D.home != DIFFUSERS.home
    made = list[str]()
    monkeypatch.setattr(peer, "_make", lambda *_: None)
    with pytest.raises(NoPeer, match="has no working BM3D; delete it and try again"):
        peer_python(tmp_path / "none", made.append, BM3D)
    assert made == [f"Making an environment for BM3D in “{tmp_path / 'none'}” (once)…"]
