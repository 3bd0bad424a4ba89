"""What is photographed: every lesson is a scene, and the number told beforehand is that of the files."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from engines.errors import BadInput
from workbench.lessons.page import PICTURE
from workbench.lessons.registry import lessons
from workbench.shots.shots import groups, png, scenes, total


def test_every_scene_makes_files_of_its_own() -> None:
    files = [f"{scene.name}_{theme.name}_{width}x{height}.png" for scene in scenes()
             for theme in scene.themes for width, height in scene.sizes]
    assert len(files) == len(set(files))
    assert total() == len(files) + 1, "a film of the first scene"
    assert total() == sum(total(name) for name in groups())


def test_every_lesson_is_photographed_as_its_page_shows_it() -> None:
    files = {f"images/{scene.name}_{theme.name}_{width}x{height}.png" for scene in scenes("lessons")
             for theme in scene.themes for width, height in scene.sizes}
    assert files == {PICTURE.format(name) for name in lessons()}


def test_an_unknown_group_is_refused_before_a_window_is_made() -> None:
    with pytest.raises(BadInput, match="choose one of images, inverse, train, points, lessons"):
        scenes("sound")


def test_a_picture_has_a_palette_and_the_colours_it_was_given(qtbot: QtBot) -> None:
    pixmap = QPixmap(8, 4)
    pixmap.fill(QColor(31, 111, 235))
    with Image.open(io.BytesIO(png(pixmap))) as picture:
        assert (picture.mode, picture.size) == ("P", (8, 4))
        assert picture.convert("RGB").getcolors() == [(32, (31, 111, 235))]


def test_a_colour_of_few_pixels_is_kept(qtbot: QtBot) -> None:
    """As that of a curve of which a legend is all there is to see."""
    picture = QImage(256, 256, QImage.Format.Format_RGB32)
    for y in range(256):
        for x in range(256):
            picture.setPixelColor(x, y, QColor(154 + y // 16, 90 + x // 8, 0))
    picture.setPixelColor(9, 9, QColor(124, 58, 237))
    with Image.open(io.BytesIO(png(QPixmap.fromImage(picture)))) as found:
        assert max(abs(one - other) for one, other in
                   zip(found.convert("RGB").getpixel((9, 9)), (124, 58, 237), strict=True)) <= 8
