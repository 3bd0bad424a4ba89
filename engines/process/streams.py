"""Which stream of a run's noise each draw is from: two draws of one step and stream would be the same numbers.

`Noise.initial` is stream −1. The draws of a sampler's move are streams 0, 1, 2, …, as many as it takes: one for most,
up to 200 for annealed Langevin. What is drawn beside them has its number here, all above 0.
"""

from __future__ import annotations

# beside the moves of RePaint's samplers, which take one draw each
KNOWN = 1  # the noise of the known region
RENOISE = 2  # on the way back up
# of likelihoods, where no sampler draws
PROBES = 3  # along which the trace of a Jacobian is estimated
WITHIN_LEVELS = 4  # where in the interval of its level a number of a picture lies
# of particles, beside the moves of samplers that take one draw each
RESAMPLE = 5  # which of them go on
