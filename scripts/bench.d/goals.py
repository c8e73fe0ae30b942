"""What was aimed at, beside what was measured: met or missed is computed here and nowhere else."""

import dataclasses

OURS = "stsbench"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A goal, what was seen as text, and whether it is met; None when it could not be told."""

    goal: str
    seen: str
    met: bool | None


def at_most(goal, seen, limit, show):
    """A goal that is met up to and including `limit`."""
    if seen is None:
        return Verdict(goal, "not measured", None)
    return Verdict(goal, show(seen), seen <= limit)


def at_least(goal, seen, limit, show):
    """A goal that is met from `limit` on."""
    if seen is None:
        return Verdict(goal, "not measured", None)
    return Verdict(goal, show(seen), seen >= limit)


def microseconds(seconds):
    return f"{seconds * 1e6:,.0f} µs" if seconds >= 1e-5 else f"{seconds * 1e6:.1f} µs"


def megabytes(size):
    return f"{size / 1e6:.1f} MB"


def times(ratio):
    return f"{ratio:,.2f} ×" if ratio < 10 else f"{ratio:,.0f} ×"


def closest_peer(rounds, experiment, metric, **keys):
    """The least of all peers' medians, as (value, peer); None without a peer."""
    found = [
        (rounds.middle(experiment, metric, client=client, **keys), client)
        for client in rounds.clients(experiment, metric) if not client.startswith(OURS)
    ]
    return min([each for each in found if each[0] is not None], default=None)


def advantage(rounds, experiment, metric, **keys):
    """How many times less ours is than the best peer; None if either is missing."""
    ours = rounds.middle(experiment, metric, client=OURS, **keys)
    best = closest_peer(rounds, experiment, metric, **keys)
    return best[0] / ours if ours and best else None


def accuracy(rounds):
    """Recorded minus wire."""
    verdicts = []
    for rate in rounds.distinct("wire", "rate"):
        for name, limit in [("p50", 15e-6), ("p99", 50e-6)]:
            seen = rounds.middle("wire", f"error_{name}", client=OURS, rate=rate)
            goal = f"recorded minus wire at {rate:,.0f}/s, {name} ≤ {limit * 1e6:.0f} µs"
            verdicts.append(at_most(goal, seen, limit, microseconds))
        ratio = advantage(rounds, "wire", "error_p99", rate=rate)
        goal = f"recorded minus wire at {rate:,.0f}/s, p99 at least 10 × closer than every peer"
        verdicts.append(at_least(goal, ratio, 10, times))
    return verdicts


def lateness(rounds):
    """Send minus schedule at 1,000 requests/s."""
    verdicts = []
    for name, limit in [("p50", 20e-6), ("p99", 200e-6)]:
        seen = rounds.middle("wire", f"late_{name}", client=OURS, rate=1000)
        verdicts.append(at_most(f"lateness at 1,000/s, {name} ≤ {limit * 1e6:.0f} µs", seen, limit, microseconds))
        ratio = advantage(rounds, "wire", f"late_{name}", rate=1000)
        verdicts.append(at_least(f"lateness at 1,000/s, {name} at least 5 × better than every peer", ratio, 5, times))
    return verdicts


def cpu(rounds):
    """CPU per freshly signed request against oha's with a fixed header."""
    keys = {"wire": "tls", "connections": 16}
    ours = rounds.middle("cpu", "cpu_per_request", client=OURS, **keys)
    oha = rounds.middle("cpu", "cpu_per_request", client="oha", **keys)
    goal = "CPU per freshly signed request, TLS, 16 connections, at most oha's with a fixed header"
    if ours is None or oha is None:
        against = Verdict(goal, "not measured", None)
    else:
        against = Verdict(goal, f"{ours * 1e6:.1f} µs against {oha * 1e6:.1f} µs ({times(ours / oha)})", ours <= oha)
    ends = rounds.middle("cpu", "overhead_cpu", client=OURS)
    goal = "CPU of starting and ending, one endpoint, ≤ 60 ms"
    return [against, at_most(goal, ends, 0.06, lambda seconds: f"{seconds * 1e3:.0f} ms")]


def omission(rounds):
    """Reported percentiles against arithmetic."""
    verdicts = []
    for name in ["p99", "p999"]:
        reported = rounds.middle("omission", f"reported_{name}", client=OURS)
        truth = rounds.middle("omission", f"truth_{name}", client=OURS)
        goal = f"{name.replace('999', '99.9')} of the response time of a freezing server within 5 % of the truth"
        off = abs(reported / truth - 1) if reported is not None and truth else None
        verdicts.append(at_most(goal, off, 0.05, lambda share: f"{share:.1%} off"))
    return verdicts


def memory(rounds):
    """The most ever held, and that it does not grow."""
    most, peak = (rounds.middle("memory", name, client=OURS) for name in ["most", "peak"])
    settled = rounds.middle("memory", "settled", client=OURS)
    last = rounds.middle("memory", "last", client=OURS)
    ratio = last / settled if settled and last else None
    return [
        at_most("memory while measuring ≤ 32 MB", most, 32e6, megabytes),
        at_most("peak memory of the whole run, its report included, ≤ 32 MB", peak, 32e6, megabytes),
        at_most("memory at the end of the load at most 1.1 × that after its first fifth", ratio, 1.1, times),
    ]


def growth(rounds):
    """Many endpoints against one."""
    verdicts = []
    many = max(rounds.distinct("growth", "endpoints"), default=None)
    for rate, load in [(None, "closed loop"), (1000, "1,000/s")]:
        costs = [
            rounds.middle("growth", "cpu_per_request", rate=rate, endpoints=endpoints) for endpoints in [1, many]
        ]
        ratio = costs[1] / costs[0] if all(costs) else None
        goal = f"{many} endpoints cost at most 1.2 × the CPU of one per request, {load}"
        verdicts.append(at_most(goal, ratio, 1.2, times))
    return verdicts


def weight(rounds):
    """Size and packages."""
    size = rounds.middle("weight", "program", client=OURS)
    verdicts = [at_most("program ≤ 14 MB", size, 14e6, megabytes)]
    for client, limit in [(OURS, 300), (f"{OURS} without simulate", 220)]:
        count = rounds.middle("weight", "packages", client=client)
        verdicts.append(at_most(f"packages of {client} ≤ {limit}", count, limit, lambda count: f"{count:.0f}"))
    return verdicts


def build(rounds):
    """The first build, and the program without the emulator that comes of another."""
    ours, theirs = (rounds.middle("build", "cpu", client=client) for client in [OURS, "oha"])
    ratio = ours / theirs if ours and theirs else None
    lean = rounds.middle("build", "program", client=f"{OURS} without simulate")
    elapsed = rounds.middle("build", "elapsed", client=OURS)
    return [
        at_most("CPU of a first build at most 0.8 × oha's", ratio, 0.8, times),
        at_most("a first build within 7 minutes", elapsed, 420, lambda seconds: f"{seconds / 60:.1f} minutes"),
        at_most("program without simulate ≤ 8 MB", lean, 8e6, megabytes),
    ]


# In the order of the report; the names are those of `--only`.
OF = {
    "accuracy": accuracy, "lateness": lateness, "cpu": cpu, "omission": omission, "memory": memory, "growth": growth,
    "weight": weight, "build": build,
}


def verdicts(rounds, experiments):
    """The verdicts of what was measured."""
    return [verdict for name, judge in OF.items() if name in experiments for verdict in judge(rounds)]
