"""Inverse problems: measurement operators and the methods that condition on them."""
