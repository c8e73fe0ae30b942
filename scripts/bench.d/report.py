"""report.md, from the figures: every number and every verdict in it is computed, none is typed."""

import goals
from clients import BODY
from goals import OURS, microseconds, times
from server import ANSWER

UNAVAILABLE = (
    ("vegeta", "neither Debian, npm, PyPI nor crates.io has it"),
    ("wrk2", "neither Debian, npm, PyPI nor crates.io has it"),
)

# They keep no single request.
WITHOUT_RECORDS = ("autocannon",)

INTRODUCTION = """# stsbench and other load generators, {date}

The same calls to the same server, the clients in turns, each beginning a round once. Everything in this folder was
written by `scripts/bench`; nothing was edited. Figures are medians of {rounds} unless said otherwise; `rounds.csv` has
every one of them, with the machine's load average at that moment ({lowest:.1f} to {highest:.1f} in this run). The
clients, the server and the capture share {cores}: read ratios rather than absolutes.

- **Server:** nginx, one worker, a fixed GetCallerIdentity answer of {answer} bytes, on loopback, connections kept.
- **Requests:** POST of the same {body} bytes. *stsbench's signatures are fresh*: each is that of its own second and its
  target, the bits that signing every request by itself would give. So are those of `oha --aws-sigv4`. All other clients
  send a fixed header of the same length.
- **CPU** is user and system time of the client's whole process, by the kernel's accounts, between its shortest run
  (one request; 50 ms of stsbench) and a longer one: starting and ending are not in it (of wrk they are: it runs for
  seconds only).
"""

ACCURACY = """Open loop, {connections} kept plaintext connections. Error = what the client recorded minus what tcpdump saw
on the loopback: last segment of the request to last segment of its answer. Records and wire are paired by their order of
sending, for every client alike; p50 and p99 are of the error's size, *bias* is its signed p50. What a client counts as a
request's time is its own choice: part of the error is definition, not clumsiness. † keeps no single request, only whole
milliseconds: percentiles of the wire are taken from its percentiles.
"""

LATENESS = """The same runs. Late = sent, by the capture, minus schedule = start + k / rate, the start fitted for every
client alike as the earliest that makes no request early. stsbench's schedule pauses before its second half, and each
half is fitted by itself. hey and h2load have no rate for all connections, only one for each, and send in bursts of
{connections}. *rate* is what was sent of what was asked.
"""

OMISSION = """The server's worker is stopped for the last second of every ten (SIGSTOP), {rate:,.0f} requests/s for
{seconds:g} s over {connections} connections. Truth is arithmetic: who arrives x before the end of a freeze waits x. One
run each. *answered* is the share of the {planned:,.0f} planned requests. stsbench's figures are its response times;
hey's and h2load's are computed from the times they list.
"""

CPU = """Closed loops of {seconds:g} s on {connections} connections: µs of CPU per request, requests/s. Peak memory in MB
over all of these runs; the last column is the CPU of starting and ending, in ms. stsbench measures on one thread and
records on another; h2load, wrk and ab use one thread, the Go and Rust peers as many as they like.
"""

MEMORY = """All at once, {rate:,.0f} requests/s each for {seconds:g} s, memory read from `/proc` twice a second. *most* is
while the load lasts, *peak* includes what comes after it: sorting, summing up, drawing. *growth* is from the end of the
first fifth to the end of the load.
"""

GROWTH = """{many} endpoints on {many} ports against one, both with {many} connections in all. The cost is that of the
requests between a short run and a longer one. No peer keeps endpoints apart, so stsbench stands against itself.
"""

STARTUP = """{starts} starts of each, in turns: until the first byte of the first request reaches a server, and until the
program has said its version and ended. Medians.
"""

WEIGHT = """The programs as a release build leaves them, and the packages that `cargo tree --edges normal` lists.
"""

BUILD = """Release builds from an empty directory, all packages fetched before. CPU is user and system time of cargo and of every
compiler that it starts. The program without the emulator is built after that, with what the first build left.
"""


def table(head, rows):
    """A Markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def maybe(value, show):
    """A value as text; a dash for what was not measured."""
    return "–" if value is None else show(value)


def named(client):
    marks = " †" if client in WITHOUT_RECORDS else ""
    return (f"**{client}**" if client == OURS else client) + marks


def text(rounds, settings, asked, about, programs, run, drawn):
    """The whole report."""
    sections = {
        "accuracy": ("Recorded times beside the wire", accuracy), "lateness": ("Sends beside the schedule", lateness),
        "cpu": ("CPU per request", cpu), "omission": ("A server that freezes", omission), "memory": ("Memory", memory),
        "growth": ("Many endpoints", growth), "startup": ("Start", startup),
        "weight": ("Weight", weight), "build": ("First build", build),
    }
    about_rows = dict(about)
    loads = [figure.load_average for figure in rounds.figures if figure.load_average is not None] or [0.0]
    parts = [INTRODUCTION.format(
        date=about_rows["date"], rounds=f"{settings.rounds} round" + "s" * (settings.rounds != 1),
        lowest=min(loads), highest=max(loads),
        cores=about_rows["processor"], body=len(BODY), answer=len(ANSWER),
    )]
    if asked.quick:
        parts.append("**A quick run: it shows that everything works, its figures are not to be relied on.**\n")
    parts.append("## Goals\n\n" + _goals(rounds, asked.only))
    for name, (title, section) in sections.items():
        if name in asked.only:
            picture = f"![{title}]({drawn[name]}.svg)\n\n" if name in drawn else ""
            parts.append(f"## {title}\n\n{picture}{section(rounds, settings)}")
    parts.append("## Machine and programs\n\n" + table(["", ""], [*about, *programs]).replace("---:", "---"))
    parts.append(_absent(run.failures, run.doubts))
    return "\n".join(parts)


def _goals(rounds, experiments):
    words = {True: "met", False: "**missed**", None: "not measured"}
    verdicts = goals.verdicts(rounds, experiments)
    rows = [(verdict.goal, verdict.seen, words[verdict.met]) for verdict in verdicts]
    met = sum(verdict.met is True for verdict in verdicts)
    said = f"\n{met} of {len(verdicts)} met. What signing alone costs is measured by `cargo bench --bench signing`.\n"
    return table(["goal", "seen", "verdict"], rows) + said


def _absent(failures, doubts):
    lines = [f"- {name}: not available here, {why}." for name, why in UNAVAILABLE]
    lines += [f"- {client}, {experiment}: failed: {reason}" for (experiment, client), reason in failures.items()]
    lines += [
        f"- {client}, {experiment}: runs that called their own figures invalid and are in the tables: {count} ({reason})."
        for (experiment, client, reason), count in doubts.items()
    ]
    return "## Not in the tables, or in doubt\n\n" + "\n".join(lines) + "\n"


def _by_rate(rounds, metrics, share=False):
    rates = rounds.distinct("wire", "rate")
    rows = []
    for client in rounds.clients("wire", metrics[0]):
        row = [named(client)]
        for rate in rates:
            seen = [rounds.middle("wire", metric, client=client, rate=rate) for metric in metrics]
            row.append(" / ".join(maybe(value, lambda seconds: f"{seconds * 1e6:,.0f}") for value in seen))
            if share:
                row.append(maybe(_kept(rounds, client, rate), lambda kept: f"{kept:.0%}"))
        rows.append(row)
    return rates, rows


def _kept(rounds, client, rate):
    sent = rounds.middle("wire", "requests_scheduled", client=client, rate=rate)
    asked = rounds.middle("wire", "requests_asked", client=client, rate=rate)
    return sent / asked if sent is not None and asked else None


def accuracy(rounds, settings):
    """Errors by rate, and ratios to the best peer."""
    rates, rows = _by_rate(rounds, ["error_p50", "error_p99", "signed_p50"])
    head = ["client"] + [f"{rate:,.0f}/s: p50 / p99 / bias, µs" for rate in rates]
    said = ACCURACY.format(connections=settings.open_connections)
    lost = sum(rounds.values("wire", "packets_lost"))
    said += f"\ntcpdump lost {lost:,.0f} packets in all runs together; {_unpaired(rounds):,.0f} recorded requests found no "
    said += "partner on the wire.\n"
    return said + "\n" + table(head, rows) + _advantages(rounds, "wire", "error_p99", rates)


def _unpaired(rounds):
    return sum(rounds.values("wire", "records")) - sum(rounds.values("wire", "pairs"))


def _advantages(rounds, experiment, metric, rates):
    lines = []
    for rate in rates:
        ratio = goals.advantage(rounds, experiment, metric, rate=rate)
        best = goals.closest_peer(rounds, experiment, metric, rate=rate)
        if ratio is not None:
            lines.append(f"at {rate:,.0f}/s {times(1 / ratio)} that of {best[1]} ({microseconds(best[0])})")
    return "\nstsbench's p99 against that of the best peer: " + "; ".join(lines) + ".\n" if lines else ""


def lateness(rounds, settings):
    """Lateness by rate, and ratios to the best peer."""
    rates, rows = _by_rate(rounds, ["late_p50", "late_p99"], share=True)
    head = ["client"] + [cell for rate in rates for cell in (f"{rate:,.0f}/s: p50 / p99, µs", "rate")]
    said = LATENESS.format(connections=settings.open_connections)
    return said + "\n" + table(head, rows) + _advantages(rounds, "wire", "late_p99", rates)


def cpu(rounds, settings):
    """Cost and speed of closed loops."""
    kinds = [(wire, connections) for wire in ["plain", "tls"] for connections in settings.closed_connections]
    rows = []
    for client in rounds.clients("cpu", "cpu_per_request"):
        row = [named(client)]
        for wire, connections in kinds:
            keys = {"client": client, "wire": wire, "connections": connections}
            cost = rounds.middle("cpu", "cpu_per_request", **keys)
            speed = rounds.middle("cpu", "requests_per_second", **keys)
            row.append("–" if cost is None or speed is None else f"{cost * 1e6:.1f}, {speed:,.0f}")
        peaks = rounds.values("cpu", "peak_memory", client=client)
        row.append(f"{min(peaks) / 1e6:.0f}–{max(peaks) / 1e6:.0f}" if peaks else "–")
        overhead = rounds.middle("cpu", "overhead_cpu", client=client)
        row.append(maybe(overhead, lambda seconds: f"{seconds * 1e3:.0f}"))
        rows.append(row)
    head = ["client"] + [f"{'TLS' if wire == 'tls' else 'plain'} × {connections}" for wire, connections in kinds]
    said = CPU.format(seconds=settings.closed_seconds, connections=", ".join(map(str, settings.closed_connections)))
    return said + "\n" + table([*head, "peak, MB", "start and end, ms"], rows) + _cpu_ratios(rounds, kinds)


def _cpu_ratios(rounds, kinds):
    lines = []
    for peer in ["oha", "oha --aws-sigv4"]:
        ratios = []
        for wire, connections in kinds:
            keys = {"wire": wire, "connections": connections}
            ours = rounds.middle("cpu", "cpu_per_request", client=OURS, **keys)
            theirs = rounds.middle("cpu", "cpu_per_request", client=peer, **keys)
            ratios.append(maybe(ours / theirs if ours and theirs else None, times))
        lines.append(f"\nstsbench's CPU per request against {peer}, in the order of the columns: {', '.join(ratios)}.\n")
    return "".join(lines)


def omission(rounds, settings):
    """Reported percentiles beside the truth."""
    def milliseconds(seconds):
        return f"{seconds * 1e3:,.1f}" if seconds < 0.1 else f"{seconds * 1e3:,.0f}"

    planned = settings.freeze_rate * settings.freeze_seconds
    rows = []
    for client in rounds.clients("omission", "reported_p99"):
        seen = [rounds.middle("omission", f"reported_{name}", client=client) for name in ["p50", "p99", "p999"]]
        truth = rounds.middle("omission", "truth_p99", client=client)
        answered = rounds.middle("omission", "answered", client=client)
        off = f"{seen[1] / truth - 1:+.0%}" if seen[1] is not None and truth else "–"
        rows.append([named(client), *[maybe(value, milliseconds) for value in seen], off,
                     maybe(answered, lambda count: f"{count / planned:.0%}")])
    truths = [rounds.middle("omission", f"truth_{name}") for name in ["p99", "p999"]]
    rows.append(["*truth*", "< 1", *[maybe(value, milliseconds) for value in truths], "", ""])
    said = OMISSION.format(rate=settings.freeze_rate, seconds=settings.freeze_seconds, connections=settings.open_connections,
                           planned=planned)
    return said + "\n" + table(["client", "p50, ms", "p99, ms", "p99.9, ms", "p99 against truth", "answered"], rows)


def memory(rounds, settings):
    """Peak and growth."""
    rows = []
    for client in rounds.clients("memory", "peak"):
        seen = [rounds.middle("memory", name, client=client) for name in ["settled", "last", "most", "peak", "growth_per_minute"]]
        rows.append([named(client), *[maybe(value, lambda held: f"{held / 1e6:.1f}") for value in seen]])
    said = MEMORY.format(rate=settings.memory_rate, seconds=settings.memory_seconds)
    return said + "\n" + table(["client", "after a fifth, MB", "at the end, MB", "most, MB", "peak, MB", "growth, MB/min"], rows)


def growth(rounds, settings):
    """One endpoint and many."""
    rows = []
    for rate in [None, settings.growth_rate]:
        costs = [
            rounds.middle("growth", "cpu_per_request", rate=rate, endpoints=count) for count in [1, settings.growth_endpoints]
        ]
        load = f"open, {rate:,}/s" if rate else f"closed, {settings.growth_endpoints} under way"
        ratio = costs[1] / costs[0] if all(costs) else None
        rows.append([load, *[maybe(cost, lambda seconds: f"{seconds * 1e6:.1f}") for cost in costs], maybe(ratio, times)])
    said = GROWTH.format(many=settings.growth_endpoints)
    return said + "\n" + table(["load", "1 endpoint, µs", f"{settings.growth_endpoints} endpoints, µs", "ratio"], rows)


def startup(rounds, settings):
    """Time to the first request and to the version."""
    rows = []
    for client in rounds.clients("startup", "version_said"):
        seen = [rounds.middle("startup", name, client=client) for name in ["first_request", "version_said"]]
        rows.append([named(client), *[maybe(value, lambda seconds: f"{seconds * 1e3:.1f}") for value in seen]])
    return STARTUP.format(starts=settings.starts) + "\n" + table(["client", "first request, ms", "version, ms"], rows)


def weight(rounds, settings):
    """Size and packages."""
    clients = dict.fromkeys(client for metric in ["program", "packages"] for client in rounds.clients("weight", metric))
    rows = []
    for client in clients:
        size, count = (rounds.middle("weight", metric, client=client) for metric in ["program", "packages"])
        rows.append([named(client), maybe(size, lambda size: f"{size / 1e6:.1f}"), maybe(count, lambda count: f"{count:.0f}")])
    return WEIGHT + "\n" + table(["", "program, MB", "packages"], rows)


def build(rounds, settings):
    """CPU and time of first builds."""
    rows = []
    for client in rounds.clients("build", "cpu"):
        seen = [rounds.middle("build", metric, client=client) for metric in ["cpu", "elapsed"]]
        rows.append([named(client), *[maybe(value, lambda seconds: f"{seconds / 60:.1f}") for value in seen]])
    lean = rounds.middle("build", "program", client=f"{OURS} without simulate")
    said = maybe(lean, lambda size: f"\nWithout `simulate` the program has {size / 1e6:.1f} MB.\n")
    return BUILD + "\n" + table(["", "CPU, minutes", "elapsed, minutes"], rows) + said
