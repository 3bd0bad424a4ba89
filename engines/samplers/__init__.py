"""Samplers: one file each, about the length of its formula."""
