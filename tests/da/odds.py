"""What `da.md` leaves to chance, counted exactly or bounded from above; independent of the spec's own functions."""

from __future__ import annotations

from math import comb, inf, lgamma, log

LOG_2 = log(2)
EXPANSION = 4


def most_valid_rows(all_rows: int) -> int:
    """The most rows that can be valid of a blob without one codeword behind them: fewer than 5/8."""
    return 5 * all_rows // 8 - 1


def samples(all_rows: int, bits: int) -> int:
    """The fewest different rows of which all are valid with a chance below 2^-bits."""
    valid = most_valid_rows(all_rows)
    return next(k for k in range(all_rows + 1) if comb(valid, k) << bits < comb(all_rows, k))


def log2_comb(n: int, k: int) -> float:
    return (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)) / LOG_2


def log2_of_fooling(all_rows: int, count: int, clients: int, fooled: int) -> float:
    """Of the chance that for so many of the clients one set of rows, too few to decode, has all that they drew: as many
    as there are such sets and groups of clients, times the chance of one of each."""
    served = all_rows // EXPANSION - 1
    if served < count:
        return -inf
    one = log2_comb(served, count) - log2_comb(all_rows, count)
    return log2_comb(all_rows, served) + log2_comb(clients, fooled) + fooled * one


def most_fooled(all_rows: int, count: int, clients: int, bits: int) -> int:
    """So many clients, or fewer, are fooled, but with a chance below 2^-bits."""
    low, high = 0, clients
    while low < high:
        middle = (low + high) // 2
        if log2_of_fooling(all_rows, count, clients, middle + 1) < -bits:
            high = middle
        else:
            low = middle + 1
    return low
