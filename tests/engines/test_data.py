"""Data: the digits, folders with good and bad files one by one, order as a pure function."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engines.data.digits import digits
from engines.data.folder import Colour, list_folder, load_folder, read_square
from engines.data.imageset import ImageSet
from engines.data.order import batch_order, epoch_order
from engines.data.split import held_back
from engines.data.square import Fit
from engines.data.survey import survey
from engines.errors import BadData, BadImage
from engines.events import Event, Noted
from engines.labels import unaskable
from engines.sampling import parse_labels


def loaded(folder: Path, size: int = 16, colour: Colour = Colour.AUTO, fit: Fit = Fit.CROP,
           ) -> tuple[ImageSet, list[Event]]:
    """Run the loading generator to its end: its value and its events."""
    steps, events = load_folder(folder, size, colour, folder, fit), []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as end:
            return end.value, events


def picture(file: Path, colour: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (30, 20)) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(file)


def bomb() -> bytes:
    """A PNG of a few bytes that declares 20,000×20,000 pixels."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def truncated() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)).save(out, "PNG")
    return out.getvalue()[:2000]


def test_digits_are_ten_thousand_with_a_fixed_disjoint_split():
    data = digits()
    assert data.images.shape == (10_000, 1, 28, 28)
    assert (len(data.train), len(data.validation), len(data.test)) == (8500, 500, 1000)
    assert len({*data.train, *data.validation, *data.test}) == 10_000
    assert np.bincount(data.labels[data.test]).min() >= 80
    x, y = data.batch(data.test[:5])
    assert x.dtype == torch.float32
    assert (float(x.min()), float(x.max())) == (-1.0, 1.0)
    assert y.tolist() == data.labels[data.test[:5]].tolist()


@given(st.integers(1, 200), st.integers(0, 2**31 - 1), st.integers(0, 3000), st.integers(1, 300))
@settings(max_examples=60, deadline=None)
def test_order_depends_on_the_position_alone(count, seed, position, size):
    whole = batch_order(count, seed, position, size)
    half = size // 2
    pieces = [batch_order(count, seed, position, half)] if half else []
    pieces.append(batch_order(count, seed, position + half, size - half))
    assert len(whole) == size
    assert np.array_equal(whole, np.concatenate(pieces))


def test_every_example_is_seen_once_an_epoch_in_another_order():
    first, second = batch_order(50, 3, 0, 50), batch_order(50, 3, 50, 50)
    assert sorted(first) == sorted(second) == list(range(50))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, epoch_order(50, 3, 0))


def test_sub_folders_become_classes_and_hidden_files_are_ignored(tmp_path):
    picture(tmp_path / "cats" / "a.png")
    picture(tmp_path / "cats" / "deep" / "b.jpg")
    picture(tmp_path / "dogs" / "c.bmp")
    picture(tmp_path / "loose.png")
    (tmp_path / ".thumbs").mkdir()
    picture(tmp_path / ".thumbs" / "d.png")
    (tmp_path / "cats" / ".DS_Store").write_bytes(b"x")
    listing = list_folder(tmp_path)
    assert listing.classes == ("cats", "dogs")
    assert [(f.name, label) for f, label in zip(listing.files, listing.labels, strict=True)] == [
        ("a.png", 0), ("b.jpg", 0), ("c.bmp", 1), ("loose.png", -1)]
    data, _ = loaded(tmp_path)
    assert data.images.shape == (4, 3, 16, 16)
    assert data.labels.tolist() == [0, 0, 1, -1]


@pytest.mark.parametrize(("name", "reason"), [
    ("free", "means a sample of no class"), ("each", "means every class in turn"),
    ("each in turn", "means every class in turn"), ("cats, dogs", "has a comma"), (" cats", "begins or ends with a")])
def test_a_class_that_nobody_could_ask_for_is_refused(name, reason, tmp_path):
    picture(tmp_path / "dogs" / "a.png")
    picture(tmp_path / name / "b.png")
    with pytest.raises(BadData, match=f"Class folder “{name}” in .* cannot be asked for .*, which {reason}.*; rename"):
        loaded(tmp_path)
    with pytest.raises(BadData, match=reason):
        survey(str(tmp_path), 16, Colour.AUTO)
    assert unaskable(name)


@pytest.mark.parametrize("name", ["freedom", "each one", "cats and dogs", "Free"])
def test_every_class_that_is_taken_can_be_asked_for(name, tmp_path):
    picture(tmp_path / name / "b.png")
    picture(tmp_path / "another" / "b.png")
    classes = list_folder(tmp_path).classes
    assert parse_labels(f"{name}, another", classes, 2) == (classes.index(name), classes.index("another"))


def test_grey_pictures_give_one_channel_unless_colour_is_asked(tmp_path):
    picture(tmp_path / "a.png", (90, 90, 90))
    assert loaded(tmp_path)[0].channels == 1
    assert loaded(tmp_path, colour=Colour.COLOUR)[0].channels == 3
    picture(tmp_path / "b.png", (90, 20, 90))
    assert loaded(tmp_path)[0].channels == 3
    assert loaded(tmp_path, colour=Colour.GREY)[0].channels == 1


def test_exif_rotation_alpha_and_crop(tmp_path):
    turned = Image.new("RGB", (40, 20), "black")
    turned.paste((255, 255, 255), (0, 0, 20, 20))
    exif = turned.getexif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: left goes up
    turned.save(tmp_path / "turned.png", exif=exif)
    image = read_square(tmp_path / "turned.png", 10, 1)
    assert image[0, 0].min() > 250
    assert image[0, -1].max() < 5
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert read_square(tmp_path / "clear.png", 10, 3).min() == 255
    wide = Image.new("RGB", (60, 20), "black")
    wide.paste((255, 255, 255), (20, 0, 40, 20))
    wide.save(tmp_path / "wide.png")
    assert read_square(tmp_path / "wide.png", 20, 1).min() == 255


@pytest.mark.parametrize(("name", "body"), [
    ("empty.png", b""), ("notes.txt", b"hello"), ("cut.png", truncated()), ("bomb.png", bomb()),
    ("page.png", b"<html><body>not found</body></html>"), ("noise.jpg", bytes(range(256)) * 8),
])
def test_each_bad_file_is_listed_with_a_sentence_and_the_rest_is_used(tmp_path, name, body):
    picture(tmp_path / "good.png")
    (tmp_path / name).write_bytes(body)
    with pytest.raises(BadImage) as caught:
        read_square(tmp_path / name, 16, 3)
    assert name in str(caught.value)
    found = survey(str(tmp_path), 16)
    assert [u.file.name for u in found.unreadable] == [name]
    assert found.unreadable[0].reason.endswith(".")
    assert found.total == 1
    data, events = loaded(tmp_path)
    assert len(data.images) == 1
    assert any(isinstance(e, Noted) and name in e.sentence for e in events)


def test_a_bad_file_is_named_with_its_sub_folder(tmp_path):
    picture(tmp_path / "cats" / "good.png")
    (tmp_path / "cats" / "bad.png").write_bytes(b"")
    _, events = loaded(tmp_path)
    assert any(isinstance(e, Noted) and "“cats/bad.png”" in e.sentence for e in events)


def test_a_folder_without_any_image_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(BadData, match="The only file in .* is no image that can be read"):
        loaded(tmp_path)
    with pytest.raises(BadData, match="The only file in .* is no image that can be read"):
        survey(str(tmp_path), 16)


@pytest.mark.parametrize(("make", "words"), [
    (lambda p: p.mkdir(), "is empty"), (lambda p: p.write_text("x"), "is a file"), (lambda p: None, "does not exist"),
])
def test_a_bad_folder_is_named_with_the_remedy(tmp_path, make, words):
    make(tmp_path / "data")
    with pytest.raises(BadData, match=words) as caught:
        survey(str(tmp_path / "data"), 16)
    assert str(tmp_path / "data") in str(caught.value)
    assert "choose" in str(caught.value)


def test_survey_of_digits_and_of_a_spread_of_many_files(tmp_path):
    whole = survey("digits", 28)
    assert sum(whole.counts) == whole.total == 10_000
    assert whole.samples.shape == (40, 1, 28, 28)
    for k in range(30):
        picture(tmp_path / f"class{k % 3}" / f"{k:02}.png")
    part = survey(str(tmp_path), 8, samples=6, decode=10)
    assert (part.total, part.counts, part.complete) == (30, (10, 10, 10), False)
    assert part.samples.shape == (6, 3, 8, 8)
    assert part.sample_labels.tolist() == sorted(part.sample_labels.tolist())


@pytest.mark.parametrize("fit", list(Fit))
def test_a_survey_shows_what_training_sees_and_counts_what_is_put_on_white(tmp_path, fit):
    """Cropped, turned and flattened alike; a picture whose alpha hides nothing is not counted."""
    wide = np.random.default_rng(0).integers(0, 256, (12, 20, 4), dtype=np.uint8)
    wide[..., 3] = 255
    Image.fromarray(wide).save(tmp_path / "a.png")
    wide[3:, :, 3] = 0
    Image.fromarray(wide).save(tmp_path / "b.png")
    Image.fromarray(wide[..., :3]).save(tmp_path / "c.png")
    turned = Image.fromarray(wide[..., :3])
    exif = turned.getexif()
    exif[0x112] = 6
    turned.save(tmp_path / "d.jpg", exif=exif)
    found = survey(str(tmp_path), 8, fit=fit)
    assert found.on_white == 1
    data, _ = loaded(tmp_path, 8, fit=fit)
    assert np.array_equal(found.samples, data.images)


def test_a_larger_folder_keeps_one_in_twenty_for_validation(tmp_path):
    for k in range(400):
        picture(tmp_path / f"{k:03}.png", (k % 256, 0, 0), (8, 8))
    data, _ = loaded(tmp_path, 8)
    assert (len(data.train), len(data.validation)) == (380, 20)
    assert not {*data.train} & {*data.validation}
    assert np.array_equal(loaded(tmp_path, 8)[0].validation, data.validation)
    assert survey(str(tmp_path), 8).learnt == 380


@pytest.mark.parametrize(("count", "held"), [(1, 0), (319, 0), (320, 16), (339, 16), (340, 17), (20_000, 512)])
def test_few_images_are_all_learnt_from_and_of_many_no_more_than_help_are_held_back(count, held):
    assert held_back(count) == held


def test_the_digits_that_are_learnt_from_are_told_by_their_survey():
    assert survey("digits", 28).learnt == len(digits().train)
