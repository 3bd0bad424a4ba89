"""Fréchet distance between two sets of features, as in FID (Heusel et al. 2017, eq. 6)."""

from __future__ import annotations

import numpy as np


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Distance of Gaussians fitted to features a (N, D) and b (M, D), N and M at least 2."""
    return frechet_gaussians(a.mean(0), np.cov(a, rowvar=False), b.mean(0), np.cov(b, rowvar=False))


def frechet_gaussians(mean_a: np.ndarray, cov_a: np.ndarray, mean_b: np.ndarray, cov_b: np.ndarray) -> float:
    """|mean_a − mean_b|² + tr(A + B − 2·(A·B)^½) for means (D,) and covariances (D, D); NaN where one is.

    The root's trace comes from the symmetric A^½·B·A^½, which has the eigenvalues of A·B.
    """
    cov_a, cov_b = np.atleast_2d(cov_a), np.atleast_2d(cov_b)
    # eigenvalues clipped: with fewer samples than features some are 0, and rounding puts them below
    values, vectors = np.linalg.eigh(cov_a)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    mixed = np.sqrt(np.linalg.eigvalsh(root @ cov_b @ root).clip(min=0)).sum()
    gap = np.square(mean_a - mean_b).sum()
    # rounding of equal ones would be below 0; not max(0.0, …), which takes NaN for 0
    return float(np.maximum(gap + np.trace(cov_a) + np.trace(cov_b) - 2 * mixed, 0.0))
