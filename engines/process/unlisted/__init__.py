"""Paths that models bring with them and no list offers, as nobody would type them in."""
