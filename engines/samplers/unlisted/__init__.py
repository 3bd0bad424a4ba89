"""Samplers that lessons need and no list offers: one that is wrong on purpose, and one that nobody could afford."""
