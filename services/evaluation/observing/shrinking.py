"""Means of groups that may be small: shrunk towards the mean of all, as far as the groups do not tell their own.

The model is normal-normal: a group's true mean m_k ~ N(mu, tau²), its values ~ N(m_k, sigma²). From all groups:

- sigma² is the pooled variance within groups (where every group is a single value: the variance of all values);
- tau² = max(0, (MSB - sigma²) / n0) with MSB the mean square between the K groups and
  n0 = (N - sum n_k² / N) / (K - 1): the method of moments of the one-way layout with unequal groups;
- where tau² > sigma², both are taken as the half of their sum: what a single value shows is half chance at least. Real
  marks are not normal (most observers give what the facts give, every time), and the few that differ scatter more
  than all together. Where groups truly differ more than their values do, this is too cautious;
- mu is the mean of the groups' means, each weighted by 1 / (tau² + sigma² / n_k).

Then m_k is estimated by mu + w_k (mean_k - mu) with w_k = tau² / (tau² + sigma² / n_k), and its variance by
w_k sigma² / n_k + (1 - w_k)² var(mu). That is James and Stein's estimator for unequal variances in the empirical Bayes
form of Efron and Morris (Data analysis using Stein's estimator and its generalizations, JASA 70, 1975, 311-319) and
Morris (Parametric empirical Bayes inference, JASA 78, 1983, 47-55). That sigma² and tau² are themselves estimated is
not in the bounds: of groups of 1 to 7 values, drawn as the model says, they held some 93 of 100 true means.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from services.contracts.gap import Estimate, Spread

Z = 1.959963984540054
"""Of the normal distribution 95 % lie within so many standard deviations."""
LEAST = 2
"""Of how many values at least a mean can stand out."""
DIGITS = 6
Values = NDArray[np.float64]


def shrunken(groups: Sequence[Sequence[float]]) -> tuple[list[Estimate], Spread]:
    """For each group (at least one value) its estimate, and what all of them rest on. At least one group."""
    counts: Values = np.array([len(group) for group in groups], dtype=np.float64)
    means: Values = np.array([np.mean(group) for group in groups])
    within, between = _variances(groups, counts, means)
    spread = between + within / counts
    known = bool(counts.sum() > 1 and spread.all())
    if not spread.all():  # all values are the same: nothing tells how they scatter
        spread = np.ones_like(spread)
    weights, mean = between / spread, float(np.average(means, weights=1 / spread))
    variances = weights * within / counts + (1 - weights) ** 2 / np.sum(1 / spread)
    found = []
    for count, raw, weight, variance in zip(counts, means, weights, variances, strict=True):
        middle, half = mean + weight * (raw - mean), Z * sqrt(max(float(variance), 0.0))
        low, high = _rounded(middle - half), _rounded(middle + half)
        found.append(
            Estimate(
                count=int(count),
                mean=_rounded(raw),
                shrunken=_rounded(middle),
                low=low if known else None,
                high=high if known else None,
                stands_out=bool(known and count >= LEAST and low > _rounded(mean)),
            )
        )
    return found, Spread(mean=_rounded(mean), within=_rounded(sqrt(within)), between=_rounded(sqrt(between)))


def _variances(groups: Sequence[Sequence[float]], counts: Values, means: Values) -> tuple[float, float]:
    """Within groups, and between them."""
    total, number = float(counts.sum()), len(groups)
    if total < 2:
        return 0.0, 0.0
    everything = np.concatenate([np.asarray(group, dtype=np.float64) for group in groups])
    if total == number:
        return float(everything.var(ddof=1)), 0.0
    squares = sum(float(np.sum((np.asarray(group) - mean) ** 2)) for group, mean in zip(groups, means, strict=True))
    within = squares / (total - number)
    if number == 1:
        return within, 0.0
    between = float(np.sum(counts * (means - everything.mean()) ** 2)) / (number - 1)
    size = (total - float(np.sum(counts**2)) / total) / (number - 1)
    between = max(0.0, (between - within) / size)
    half = (within + between) / 2
    return (half, half) if between > within else (within, between)


def _rounded(value: float) -> float:
    """What is printed and compared: sums in another order differ far behind."""
    return round(float(value), DIGITS) + 0.0
