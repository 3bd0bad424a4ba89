"""Measurement operators, one file each."""
