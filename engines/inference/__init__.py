"""Faster inference with the same weights: split over threads, and compiled where there is a compiler."""
