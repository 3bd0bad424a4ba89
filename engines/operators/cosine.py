"""The orthonormal cosine transform (DCT-II) of the last axes of a tensor, in O(n log n), differentiable by autograd."""
# torch.fft carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import torch
from torch import Tensor

from engines.formula import Letter

COSINE = Letter(r"\mathcal C", "an orthonormal cosine transform")


def dct2(x: Tensor) -> Tensor:
    """Coefficients (…, H, W) of pictures (…, H, W) by the separable transform; it keeps the norm."""
    return dct(dct(x).mT).mT


def idct2(c: Tensor) -> Tensor:
    """The pictures of coefficients (…, H, W): inverse and transpose of `dct2`."""
    return idct(idct(c).mT).mT


def dct(x: Tensor) -> Tensor:
    """The transform of the last axis by one FFT of the same length (Makhoul 1980): even places, then odd ones back."""
    turned = torch.fft.fft(torch.cat([x[..., ::2], x[..., 1::2].flip(-1)], -1), norm="ortho")
    return (turned * _twist(x, -1)).real * _weights(x)


def idct(c: Tensor) -> Tensor:
    """Inverse and transpose of `dct`: (…, n) -> (…, n)."""
    plain = c / _weights(c)
    # coefficient n − k is the imaginary part that the transform of a real row has at k
    mirrored = torch.cat([torch.zeros_like(plain[..., :1]), plain[..., 1:].flip(-1)], -1)
    turned = torch.fft.ifft(torch.complex(plain, -mirrored) * _twist(c, 1), norm="ortho").real
    half = (c.shape[-1] + 1) // 2
    # the odd places come back behind the even ones: interleave, with one more even place where the length is odd
    odd = torch.nn.functional.pad(turned[..., half:].flip(-1), (0, 2 * half - c.shape[-1]))
    return torch.stack([turned[..., :half], odd], -1).flatten(-2)[..., :c.shape[-1]]


def _twist(x: Tensor, sign: int) -> Tensor:
    """exp(± i π k / 2n) for k = 0 … n − 1, in the precision of x."""
    places = torch.arange(x.shape[-1], dtype=x.dtype, device=x.device)
    return torch.polar(torch.ones_like(places), sign * torch.pi / (2 * x.shape[-1]) * places)


def _weights(x: Tensor) -> Tensor:
    """1 for the mean and √2 for all other coefficients."""
    weights = torch.full((x.shape[-1],), 2**0.5, dtype=x.dtype, device=x.device)
    weights[0] = 1
    return weights
