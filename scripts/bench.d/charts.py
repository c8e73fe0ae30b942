"""The pictures of the report, each as SVG and PNG. Same figures, same bytes: no dates and no random ids in the files."""

import re

import matplotlib
import matplotlib.pyplot as plt

from goals import OURS

INK, SOFT, GRID = "#1f2328", "#8b949e", "#e6e8eb"
OURS_COLOUR, PEER_COLOUR, TRUTH_COLOUR = "#0b63ce", "#7d8590", "#d1242f"
STYLE = {
    "font.family": "DejaVu Sans", "font.size": 9, "axes.edgecolor": SOFT, "axes.labelcolor": INK, "text.color": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False,
    "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "x", "grid.color": GRID, "axes.axisbelow": True,
    "ytick.major.size": 0, "svg.hashsalt": "stsbench", "figure.facecolor": "white", "savefig.facecolor": "white",
}


def draw(rounds, experiments, directory):
    """Draws what there are figures for; title and file name, without its ending, of each picture."""
    kinds = [
        ("accuracy", "accuracy", accuracy), ("lateness", "lateness", lateness), ("cpu", "cpu-per-request", cpu),
        ("omission", "omission", omission), ("memory", "memory", memory),
    ]
    drawn = {}
    matplotlib.use("Agg")
    with plt.rc_context(STYLE):
        for experiment, name, chart in kinds:
            figure = chart(rounds) if experiment in experiments else None
            if figure is None:
                continue
            figure.savefig(directory / f"{name}.svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
            figure.savefig(directory / f"{name}.png", dpi=160, metadata={"Software": None}, bbox_inches="tight")
            plt.close(figure)
            drawn[experiment] = name
    return drawn


def colour(client):
    return OURS_COLOUR if client.startswith(OURS) else PEER_COLOUR


def short(seconds):
    """A time of two or three digits."""
    for unit, size in [("s", 1), ("ms", 1e-3), ("µs", 1e-6)]:
        if seconds >= size:
            amount = seconds / size
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def accuracy(rounds):
    """p50 and p99 of recorded minus wire."""
    return _spans(rounds, "error", "How far recorded times are from the wire (p50 ○, p99 ●)")


def lateness(rounds):
    """p50 and p99 of sent minus schedule."""
    return _spans(rounds, "late", "How late requests are sent (p50 ○, p99 ●)")


def _spans(rounds, metric, title):
    rates = rounds.distinct("wire", "rate")
    clients = rounds.clients("wire", f"{metric}_p99")[::-1]
    if not rates or not clients:
        return None
    size = (3.6 * len(rates), 0.42 * len(clients) + 1.1)
    figure, panels = plt.subplots(1, len(rates), figsize=size, sharey=True, sharex=True, squeeze=False)
    for panel, rate in zip(panels[0], rates, strict=True):
        for y, client in enumerate(clients):
            low = rounds.middle("wire", f"{metric}_p50", client=client, rate=rate)
            high = rounds.middle("wire", f"{metric}_p99", client=client, rate=rate)
            if low is None or high is None:
                continue
            # Below the resolution of what is compared, a logarithmic axis would only magnify the noise.
            low, high = max(low, 1e-7), max(high, 1e-7)
            panel.plot([low, high], [y, y], color=colour(client), linewidth=1.5)
            panel.plot([low], [y], "o", markersize=5, markerfacecolor="white", color=colour(client))
            panel.plot([high], [y], "o", markersize=5, color=colour(client))
            panel.annotate(short(high), (high, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8)
        panel.set_xscale("log")
        panel.xaxis.set_major_formatter(lambda seconds, _: short(seconds * 1.0000001))
        panel.set_title(f"{rate:,.0f} requests/s", fontsize=9, loc="left")
        panel.set_yticks(range(len(clients)), clients)
        panel.margins(x=0.18)
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=10)
    figure.tight_layout()
    return figure


def cpu(rounds):
    """CPU per request with 16 connections, plaintext and TLS."""
    kinds = [(wire, 16) for wire in ["plain", "tls"] if rounds.values("cpu", "cpu_per_request", wire=wire, connections=16)]
    clients = rounds.clients("cpu", "cpu_per_request")[::-1]
    if not kinds or not clients:
        return None
    size = (4.8 * len(kinds), 0.36 * len(clients) + 1.1)
    figure, panels = plt.subplots(1, len(kinds), figsize=size, sharey=True, squeeze=False)
    for panel, (wire, connections) in zip(panels[0], kinds, strict=True):
        for y, client in enumerate(clients):
            cost = rounds.middle("cpu", "cpu_per_request", client=client, wire=wire, connections=connections)
            if cost is None:
                continue
            panel.barh([y], [cost * 1e6], height=0.6, color=colour(client))
            end = (cost * 1e6, y)
            panel.annotate(f"{cost * 1e6:.0f}", end, xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
        panel.set_title(f"{'TLS' if wire == 'tls' else 'plaintext'}, {connections} connections", fontsize=9, loc="left")
        panel.set_yticks(range(len(clients)), clients)
        panel.margins(x=0.12)
        panel.set_xlabel("µs of CPU per request")
    figure.suptitle("What a request costs the client", x=0.01, ha="left", fontweight="bold", fontsize=10)
    figure.tight_layout()
    return figure


def omission(rounds):
    """Reported percentiles beside the truth."""
    clients = rounds.clients("omission", "reported_p99")[::-1]
    if not clients:
        return None
    figure, panel = plt.subplots(figsize=(8.5, 0.42 * len(clients) + 1.3))
    for name, marker, fill in [("p50", "o", "none"), ("p99", "s", None), ("p999", "|", None)]:
        for y, client in enumerate(clients):
            reported = rounds.middle("omission", f"reported_{name}", client=client)
            if reported:
                panel.plot([reported * 1e3], [y], marker, markersize=9 if marker == "|" else 6, color=colour(client),
                           markerfacecolor=fill or colour(client), markeredgewidth=2 if marker == "|" else 1)
        truth = rounds.middle("omission", f"truth_{name}")
        if truth:
            panel.axvline(truth * 1e3, color=TRUTH_COLOUR, linewidth=1, linestyle=":")
    panel.set_xscale("log")
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panel.set_yticks(range(len(clients)), clients)
    panel.set_ylim(-0.6, len(clients) - 0.2)
    panel.set_xlabel("ms;  ○ p50   ■ p99   | p99.9   dotted: the truth of p99 and p99.9")
    panel.set_title("What is reported when the server freezes 1 s in every 10", loc="left", fontweight="bold", fontsize=10)
    figure.tight_layout()
    return figure


def memory(rounds):
    """Resident memory over time."""
    clients = rounds.clients("memory", "peak")
    if not clients:
        return None
    figure, panel = plt.subplots(figsize=(8.5, 3.6))
    ends = []
    for client in clients:
        points = sorted(
            (float(re.search(r"[\d.]+", f.metric)[0]), f.value / 1e6)
            for f in rounds.figures
            if f.experiment == "memory" and f.client == client and f.metric.startswith("resident_after_")
        )
        if points:
            panel.plot(*zip(*points, strict=True), color=colour(client), linewidth=2 if client == OURS else 1.2)
            ends.append([points[-1][1], client, points[-1]])
    _spread_labels(panel, ends)
    panel.grid(axis="y", color=GRID)
    panel.set_ylim(bottom=0)
    panel.margins(x=0.02)
    panel.set_xlabel("seconds")
    panel.set_title("Resident memory, MB", loc="left", fontweight="bold", fontsize=10)
    figure.tight_layout()
    return figure


def _spread_labels(panel, ends):
    """Names at the ends of the lines, none on top of another."""
    if not ends:
        return
    apart = max(end[0] for end in ends) * 0.055
    at = float("-inf")
    right = max(x for _, _, (x, _) in ends)
    for height, client, _ in sorted(ends):
        at = max(height, at + apart)
        panel.annotate(f" {client}", (right, at), va="center", fontsize=8, color=colour(client), annotation_clip=False)
