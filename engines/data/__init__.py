"""Data sets: bundled digits and folders of images."""
