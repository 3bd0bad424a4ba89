"""Lessons: what theory says, set up in the Points workspace by one click; one file each, found by `registry`."""
