"""Random cases with what scipy makes of them: one case a line, `function,arguments…,expected`; the numbers of a list are
separated by spaces, lists of a list by bars, and what is missing is a dash."""

from itertools import combinations, combinations_with_replacement

import numpy as np
from scipy import special, stats

random = np.random.default_rng(20_240_607)


def text(value):
    if value is None:
        return "-"
    if isinstance(value, (list, tuple, np.ndarray)):
        nested = any(isinstance(item, (list, tuple, np.ndarray)) for item in value)
        return ("|" if nested else " ").join(text(item) for item in value)
    return repr(value.item() if isinstance(value, np.generic) else value)


def cases(function, number, case):
    """`case` gives the arguments, then what is expected."""
    for _ in range(number):
        print(function, *(text(value) for value in case()), sep=",")


def uneven(low, high):
    """Between the two, even in the logarithm."""
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def values(low, high):
    """Floats with few digits, some equal to each other, now and then resembling their neighbour."""
    noise = random.normal(size=random.integers(low, high))
    if random.random() < 0.3:
        noise = np.cumsum(noise)
    return np.round(noise / 100, 3)


def integers(low, high, limit):
    return random.integers(1, random.integers(2, limit), random.integers(low, high))


# Laws.


def t():
    tail, freedom = uneven(1e-8, 0.49), float(random.choice([random.integers(1, 40), int(uneven(40, 1e8))]))
    return tail, freedom, stats.t.isf(tail, freedom)


def normal():
    tail = uneven(1e-15, 0.5)
    return tail, stats.norm.isf(tail)


def beta():
    n, p, tail = uneven(1, 1e8), float(random.choice([0.1, 0.5, 0.9, 0.95, 0.99, 0.999])), uneven(1e-6, 0.5)
    chance, a, b = float(random.choice([tail, 1 - tail])), p * n + 0.5, (1 - p) * n + 0.5
    return chance, a, b, stats.beta.ppf(chance, a, b)


def binomial():
    n, p = int(uneven(1, 1e8)), random.uniform(0.001, 0.999)
    k = int(np.clip(n * p + random.normal() * 2.5 * np.sqrt(n * p * (1 - p)), 0, n))
    return k, n, p, stats.binom.cdf(k, n, p)


def ranks():
    p, confidence = float(random.choice([0.1, 0.5, 0.9, 0.95, 0.99])), float(random.choice([0.8, 0.9, 0.95, 0.99, 0.999]))
    n, tail = int(uneven(1, 1e6)), (1 - confidence) / 2
    low, high = stats.binom.ppf(tail, n, p), stats.binom.ppf(1 - tail, n, p) + 1
    # scipy's quantile is the first value whose chance reaches the tail; rank k needs a chance below it of at most the tail.
    return n, p, confidence, [int(low), int(high)] if low > 0 and high <= n else None


def kolmogorov():
    at = random.uniform(0.05, 4)
    return at, special.kolmogorov(at)


# Tests.


def anderson_darling():
    gaps = np.ceil(random.exponential(random.integers(3, 1000), random.integers(2, 40))).astype(int)
    share = stats.expon.cdf(np.sort(gaps), scale=gaps.mean())
    i, n = np.arange(1, len(gaps) + 1), len(gaps)
    logs = stats.expon.logcdf(np.sort(gaps), scale=gaps.mean()) + stats.expon.logsf(np.sort(gaps), scale=gaps.mean())[::-1]
    assert 0 < share[0]
    return gaps, (1 + 0.6 / n) * (-n - np.sum((2 * i - 1) / n * logs))


def kolmogorov_smirnov():
    bins = random.poisson(random.uniform(0.5, 30), random.integers(2, 30))
    bins[0] += 1
    edges = np.arange(1, len(bins) + 1) / len(bins)
    distance, root = np.max(np.abs(np.cumsum(bins) / bins.sum() - edges)), np.sqrt(bins.sum())
    return bins, special.kolmogorov((root + 0.12 + 0.11 / root) * distance)


def mann_kendall():
    x = values(3, 40)
    tau = stats.kendalltau(np.arange(len(x)), x, method="asymptotic")
    return x, None if np.isnan(tau.statistic) else np.copysign(tau.pvalue, tau.statistic)


def split_rank():
    x = values(8, 40)
    if len(set(x)) == 1:
        return x, None
    splits = [(x[:cut], x[cut:]) for cut in range(4, len(x) - 3)]
    tests = [stats.mannwhitneyu(b, a, use_continuity=False, method="asymptotic") for a, b in splits]
    best = min(range(len(tests)), key=lambda i: tests[i].pvalue)
    up = tests[best].statistic >= len(splits[best][0]) * len(splits[best][1]) / 2
    return x, tests[best].pvalue if up else -tests[best].pvalue


def wilcoxon():
    sizes = random.permutation(np.arange(1, random.integers(2, 50)))
    x = sizes * random.choice([-1, 1, 1], len(sizes)) - random.integers(0, 9) - 0.25
    return x, stats.wilcoxon(x, method="exact").pvalue


# Blocks.


def autocorrelation(rows):
    rows = [row - np.mean(row) for row in rows]
    squares = sum(row @ row for row in rows)
    raw = sum(row[1:] @ row[:-1] for row in rows) / squares if squares > 0 else 0
    return min(max(raw + len(rows) / sum(map(len, rows)), 0), 0.6)


def lag_one():
    x = values(2, 40)
    return x, autocorrelation([x])


def widened(error, r1):
    return error * np.sqrt((1 + r1) / (1 - r1))


def paired_mean():
    x = values(8, 40)
    r1 = autocorrelation([x])
    return x, [np.mean(x), widened(stats.sem(x), r1), len(x) - 1, r1]


def paired_mean_within():
    windows = [values(4, 20) + shift for shift in np.round(random.normal(size=random.integers(2, 6)), 2)]
    windows.append(values(8, 20))
    n, freedom = sum(map(len, windows)), sum(len(window) - 1 for window in windows)
    variance = sum(np.var(window) * len(window) for window in windows) / freedom
    r1 = autocorrelation(windows)
    return windows, [np.mean(np.concatenate(windows)), widened(np.sqrt(variance / n), r1), freedom, r1]


def hodges_lehmann():
    x = values(1, 25)
    return x, np.median([(a + b) / 2 for a, b in combinations_with_replacement(x, 2)])


def theta():
    a, b = integers(1, 30, 50), integers(1, 30, 50)
    return a, b, stats.mannwhitneyu(b, a).statistic / (len(a) * len(b))


def t_interval():
    x, confidence = values(5, 20), float(random.choice([0.9, 0.95, 0.99]))
    if np.ptp(x) == 0:
        x[0] += 1
    return x, confidence, stats.t.interval(confidence, len(x) - 1, np.mean(x), stats.sem(x))


def spread():
    x = values(1, 25)
    return x, [np.median(x), stats.median_abs_deviation(x)]


# Percentiles, ranks, history: the whole method written a second time.


def percentile():
    p, confidence = float(random.choice([0.5, 0.9, 0.95])), float(random.choice([0.9, 0.95, 0.99]))
    drift = np.cumsum(random.normal(size=16)) * random.choice([0, 0.02, 0.2])
    each = random.integers(10, 22)
    blocks = [np.sort((100 * random.lognormal(shift, 0.3, each)).astype(int)) for shift in drift]
    pooled, tail, n = np.sort(np.concatenate(blocks)), (1 - confidence) / 2, 16 * each
    quantile = lambda share: pooled[int(np.ceil(share * n)) - 1]
    shares = [np.mean(block <= quantile(p)) for block in blocks]
    error = widened(stats.sem(shares), autocorrelation([shares]))
    t = stats.t.isf(tail, 15) / stats.norm.isf(tail)
    effective = min(p * (1 - p) / (error * t) ** 2, n) if error > 0 else n
    if effective * (1 - p) < 3.7:
        return blocks, p, confidence, None
    law = stats.beta(p * effective + 0.5, (1 - p) * effective + 0.5)
    low, high = law.ppf([tail, 1 - tail])
    high = np.inf if high > 1 - 0.5 / n else quantile(high)
    return blocks, p, confidence, [quantile(p), quantile(low), high, effective]


def rank():
    series, blocks = random.integers(2, 6), random.integers(8, 14)
    y = random.normal(0, 0.05, (series, 1)) + np.cumsum(random.normal(0, 0.3, blocks)) + random.normal(0, 0.02, (series, blocks))
    y = np.round(y, 3)
    y[random.random(y.shape) < random.choice([0, 0.05])] = np.nan
    there = ~np.isnan(y)
    kept = [k for k in range(series) if there[k].sum() >= 8]
    k, b = np.nonzero(there[kept])
    # Series' and blocks' effects by least squares, then what is left.
    design = np.hstack([np.eye(len(kept))[k], np.eye(blocks)[b]])
    left = np.full((len(kept), blocks), np.nan)
    given = y[kept][k, b]
    left[k, b] = given - design @ np.linalg.lstsq(design, given)[0]
    r1 = np.nansum(left[:, 1:] * left[:, :-1]) / np.nansum(left**2) + len(kept) / len(given) if len(kept) > 1 else 0
    r1 = min(max(r1, 0), 0.6)
    faster = np.zeros((len(kept), len(kept)), bool)
    pairs = {(i, j): y[kept[i]] - y[kept[j]] for i, j in combinations(range(len(kept)), 2)}
    pairs = {pair: d[~np.isnan(d)] for pair, d in pairs.items() if np.count_nonzero(~np.isnan(d)) >= 8}
    floor = 0.5 * np.median([np.var(d, ddof=1) for d in pairs.values()]) if pairs else 0
    tail = 0.05 / max(len(kept) * (len(kept) - 1) / 2, 1) / 2
    for (i, j), d in pairs.items():
        error = np.sqrt(max(np.var(d, ddof=1), floor) / len(d))
        freedom = (len(d) - 1) * (1 - r1**2) / (1 + r1**2)
        if abs(np.mean(d)) > stats.t.isf(tail, freedom) * widened(error, r1):
            faster[(i, j) if np.mean(d) < 0 else (j, i)] = True
    low, high = 1 + faster.sum(axis=0), len(kept) - faster.sum(axis=1)
    ranks = [n for at in range(series) for n in ([low[kept.index(at)], high[kept.index(at)]] if at in kept else [0, 0])]
    return [[None if np.isnan(v) else float(v) for v in row] for row in y], ranks


def history():
    runs, series = random.integers(10, 15), random.integers(3, 6)
    y = random.normal(0, 0.05, (runs + 1, 1)) + np.arange(series) + random.standard_t(5, (runs + 1, series)) * 0.03
    y = np.round(y, 3)
    past, now = y[:-1], y[-1]
    usual = np.median(past, axis=0)
    apart = lambda rows: (rows - usual) - np.median(rows - usual, axis=-1, keepdims=True)
    mads = stats.median_abs_deviation(apart(past), axis=0)
    scales = np.maximum(1.4826 * np.sqrt(0.5 * mads**2 + 0.5 * np.median(mads) ** 2), 0.01)
    limits = stats.t.isf(0.002, runs - 1) * scales * np.sqrt(1 + 1.57 / runs)
    return list(past), now, [*apart(now), *limits, np.median(now - usual)]


for function, number in [
    (t, 220), (normal, 100), (beta, 250), (binomial, 200), (ranks, 200), (kolmogorov, 80), (anderson_darling, 100),
    (kolmogorov_smirnov, 80), (mann_kendall, 100), (split_rank, 80), (wilcoxon, 60), (lag_one, 80), (paired_mean, 100),
    (paired_mean_within, 40), (hodges_lehmann, 40), (theta, 80), (t_interval, 60), (spread, 30), (percentile, 30),
    (rank, 50), (history, 20),
]:
    cases(function.__name__, number, function)
