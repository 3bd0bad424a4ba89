"""What tasks tell and a window shows, named once for both: files, curves, and how far points are drawn. No torch."""

from __future__ import annotations

CANVAS, SAMPLE = "image.png", "sample.png"  # what a window attaches the picture on its canvas as, and a sample
MEASURED, TRUTH = "measured", "truth"  # pictures beside the results of a run

# curves of a run's own, a value a step
KNOWN = "known-rms"  # how far the estimate is from the known pixels
SEAM = "seam"  # how far jumps across the edge of a filled hole exceed those elsewhere
RESIDUAL = "residual-rms"  # how far what the estimate would measure is from what was measured
NOISE_SIZE = "sigma-y"  # how large the noise of the measurement is, which the truth's own residual is as large as
PSNR, SSIM = "psnr", "ssim"  # of the estimate, where the truth is known: in dB, and at most 1
FROM_DATA = "data-rms"  # how far the estimate is from the data
FROM_FLOW = "flow-rms"  # how far the states are from the exact flow
SIGNAL = "alpha-bar"  # signal power
TERM, BOUND = "bound-term", "bound"  # what a step of the chain adds to the bound, and the sum so far, in bits
GAINED = "log-density"  # that of the data above that of where the flow has come to, in nats

REACH = 3.0  # data units from the middle to an edge where points are learned: sets have a variance of 1 a coordinate
# curves of gradients: the cosine of that of a classifier to that of the model, mean over the samples
NOISY, CLEAN = "noisy-cosine", "clean-cosine"
