"""Numbers of things in words."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """“1 image”, “1,200 images”; a noun whose plural ends in s."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
