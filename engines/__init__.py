"""Diffusion engines: processes, denoisers, samplers, guidance, training. No Qt in here."""
