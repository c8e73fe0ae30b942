"""Order statistics of plain lists."""

import math


def quantile(values, share):
    """The smallest value that at least `share` of all values do not exceed; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    # Shares such as 0.99 are not exact in binary, so a rank that is whole but for that counts as whole.
    rank = math.ceil(share * len(ordered) - 1e-9)
    return ordered[min(max(rank, 1), len(ordered)) - 1]


def median(values):
    """The middle value, of an even number the mean of both; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
