"""What of a picture's file is left out is told: other frames, and what shines through."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from engines.modalities.left_out import left_out


def written(kind: str, picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


FRAMES = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
CLEAR = Image.new("RGBA", (8, 8), (255, 0, 0, 128))
FIRST, WHITE = "only the first of its 3 frames", "white where it is transparent"


@pytest.mark.parametrize(("file", "told"), [
    (written("PNG", FRAMES[0]), ""),
    (written("PNG", Image.new("RGBA", (8, 8), (255, 0, 0, 255))), ""),
    (written("PNG", CLEAR), WHITE),
    (written("GIF", FRAMES[0], save_all=True, append_images=FRAMES[1:]), FIRST),
    (written("WEBP", CLEAR, save_all=True, append_images=[Image.new("RGBA", (8, 8), (0, 0, 255, c)) for c in (1, 2)],
             lossless=True), f"{FIRST}, {WHITE}"),
    (b"no picture", "")], ids=["plain", "opaque", "transparent", "animated", "both", "broken"])
def test_frames_and_transparency_are_told(file: bytes, told: str, tmp_path: Path) -> None:
    assert left_out(file) == told
    (tmp_path / "it").write_bytes(file)
    assert left_out(tmp_path / "it") == told
