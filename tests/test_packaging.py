"""The program installed from a wheel: everything it needs is inside and is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("engines", "widgets", "workbench", "resources", "main.py", "pyproject.toml", "README.md", "LICENSE")
LOOK = """
import json, sys
from PySide6.QtWidgets import QApplication
from engines.data.digits import FILE as digits
from engines.metrics.classifier import FILE as classifier
from engines.model_list import BUNDLED
from widgets.drawing.fonts import install_fonts
from widgets.drawing.resources import folder
app = QApplication([])
install_fonts(app)
left = [str(f) for f in (digits, classifier, BUNDLED / "digits.safetensors") if not f.is_file()]
print(json.dumps({"folder": str(folder()), "missing": left}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the installed wheel; the libraries come from the environment."""
    if int(version("setuptools").split(".")[0]) < 77:
        pytest.skip("building needs setuptools 77")
    source, site = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    for name in SOURCES:  # a copy: building leaves its own files behind
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--target", str(site), str(source)], check=True)
    return site


def installed(site: Path, *words: str) -> str:
    """What Python prints when it runs with the wheel in front, far from the checkout."""
    run = subprocess.run([sys.executable, *words], cwd=site.parent, env={**os.environ, "PYTHONPATH": str(site)},
                         capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_every_resource_is_in_the_wheel(site: Path) -> None:
    def files(folder: Path) -> set[str]:
        return {file.relative_to(folder).as_posix() for file in (folder / "resources").rglob("*")
                if file.is_file() and "__pycache__" not in file.parts}

    assert files(site) == files(ROOT)


def test_an_installed_wheel_finds_its_files(site: Path) -> None:
    found = json.loads(installed(site, "-c", LOOK))
    assert found == {"folder": str(site / "resources"), "missing": []}


def test_an_installed_wheel_samples_from_its_model(site: Path) -> None:
    listed = json.loads(installed(site, "-m", "main", "list", "--json"))
    assert [model["file"] for model in listed["models"]] == [
        str(site / "resources" / "models" / f"{name}.safetensors")
        for name in ("digits", "photos", "points-moons", "points-one-step")]
    made = json.loads(installed(site, "-m", "main", "generate", "--steps", "2", "--count", "1", "--no-library",
                                "--json"))
    assert [Path(file).name for file in made["files"]] == ["generate-000.png"]


def test_the_commands_of_the_wheel_exist(site: Path) -> None:
    names = {"diffusion-workbench", "diffusion-workbench-window"}
    suffix = ".exe" if os.name == "nt" else ""
    assert {path.name for path in (site / "bin").iterdir()} == {name + suffix for name in names}
