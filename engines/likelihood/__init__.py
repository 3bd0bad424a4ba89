"""How likely data are under a denoiser: the variational bound of its chain, and the density along its flow."""
