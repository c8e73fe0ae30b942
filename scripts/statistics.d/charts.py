"""The pictures of the proof: each takes the cells and a theme and gives a figure, or nothing where there are no cells."""

from drawing import dot, fit, legend, name_ends, panels, percent_axis

LAWS = {"S0": "independent", "S1": "spikes", "S2": "ordinary link", "S3": "bursts", "S4": "slow drift", "S5b": "two servers"}
PROMISED = (93, 98)


def coverage(cells, theme):
    """Intervals that hold the truth, ours and those that take calls for independent."""
    ours = [c for c in cells if c["experiment"] in ("T1", "T2") and c["id"].startswith("coverage ")]
    if not ours:
        return None
    naive = {(c["law"], c["n"], c["p"]): c for c in cells if c["experiment"] == "peers" and "independent" in c["id"]}
    rows = sorted({(c["law"], c["n"]) for c in ours}, reverse=True)
    height = 0.25 * len(rows) + 1.55
    figure, axes, head = panels(
        3, height, "Intervals that promise 95 % hold the truth in 93 to 98 % of runs",
        "Share of runs whose interval holds the true percentile, each with the simulation's own error.", sharey=True)
    for panel, p in zip(axes, [0.5, 0.9, 0.99], strict=True):
        panel.axvspan(*PROMISED, color=theme.band, zorder=0)
        for y, (law, n) in enumerate(rows):
            found = next((c for c in ours if (c["law"], c["n"], c["p"]) == (law, n, p)), None)
            if found:
                dot(panel, naive.get((law, n, p)), y, theme.peer, "s", filled=False)
                dot(panel, found, y, theme.ours)
        panel.set_yticks(range(len(rows)), [f"{LAWS[law]} ({law}), {n:,} calls" for law, n in rows])
        panel.set_ylim(-0.6, len(rows) - 0.4)
        panel.set_xlim(10, 100)
        panel.set_xticks([25, 50, 75, 100])
        panel.set_title(f"p{p * 100:g}", loc="left", fontsize=9, fontweight="bold")
        percent_axis(panel.xaxis)
    legend(axes[-1], [("stsbench", theme.ours, "o", True), ("calls taken for independent", theme.peer, "s", False)],
           bbox_to_anchor=(1.0, 1.065))
    fit(figure, height, head + 0.14, w_pad=1.0)
    return figure


def short_runs(cells, theme):
    """Coverage against the number of calls."""
    rows = [c for c in cells if c["experiment"] == "short" and c["value"] is not None]
    if not rows:
        return None
    height = 3.6
    figure, axes, head = panels(
        2, height, "Short runs keep the promise where calls are independent, and come near it elsewhere",
        "Share of 95 % intervals that hold the true value, by calls of a target. The band is what longer runs promise.", sharey=True)
    look = {"S0": (theme.ours, "o"), "S1": (theme.third, "s"), "S2": (theme.peer, "^"), "S3": (theme.fourth, "D"),
            "S5b": (theme.soft, "v")}
    for panel, p in zip(axes, [0.5, 0.9], strict=True):
        panel.axhspan(*PROMISED, color=theme.band, zorder=0)
        ends = []
        for law, (colour, marker) in look.items():
            points = [(c["n"], c["value"] * 100) for c in rows if c["law"] == law and c.get("p") == p]
            if points:
                panel.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=5, linewidth=1.4)
                ends.append((points[-1][1], LAWS[law], colour, points[-1][0]))
        name_ends(panel, ends, 2.4)
        panel.set_xscale("log")
        panel.set_xticks([16, 48, 96, 192, 480], ["16", "48", "96", "192", "480"])
        panel.minorticks_off()
        panel.set_ylim(60, 100)
        panel.set_xlim(14, 1_150)
        panel.grid(axis="y", color=theme.grid)
        percent_axis(panel.yaxis)
        panel.set_xlabel("calls of a target")
        panel.set_title(f"p{p * 100:g}", loc="left", fontsize=9, fontweight="bold")
    fit(figure, height, head)
    return figure


def false_alarms(cells, theme):
    """How often an unchanged fleet turns the build red."""
    rows = [c for c in cells if c["id"].startswith("history") and "within" not in c["id"]]
    rules = list(dict.fromkeys(c["id"].split(": ", 1)[1] for c in rows))
    if not rules:
        return None
    height = 0.32 * len(rules) + 1.55
    worst = max(c["value"] for c in rows if c["id"].endswith(rules[0]))
    figure, (panel,), head = panels(
        1, height, f"Of a thousand unchanged builds {worst * 1000:.0f} turn red; by usual rules hundreds do",
        "Share of scheduled runs in which any of 36 unchanged endpoints is called slower, with 30 earlier runs.")
    for y, rule in enumerate(rules[::-1]):
        colour = theme.ours if rule == rules[0] else theme.soft if rule.startswith("stsbench") else theme.peer
        for cell in [c for c in rows if c["id"].endswith(": " + rule)]:
            incidents = cell["law"] != "clean"
            up = y + (0.14 if incidents else -0.14)
            dot(panel, cell, up, colour, filled=incidents)
            if incidents:
                panel.annotate(f"{cell['value'] * 100:.3g} %", (cell["high"] * 100, up), xytext=(8, 0), va="center", fontsize=8,
                               textcoords="offset points")
    panel.set_xscale("log")
    panel.set_xlim(0.4, 200)
    panel.set_xticks([0.5, 1, 2, 5, 10, 20, 50, 100], ["0.5 %", "1 %", "2 %", "5 %", "10 %", "20 %", "50 %", "100 %"])
    panel.minorticks_off()
    panel.axvspan(0.4, 1, color=theme.band, zorder=0)
    panel.set_yticks(range(len(rules)), rules[::-1])
    panel.set_ylim(-0.6, len(rules) - 0.4)
    legend(panel, [("with incidents now and then", theme.ink, "o", True), ("without", theme.ink, "o", False)])
    fit(figure, height, head)
    return figure


def ratios(cells, theme):
    """The ratio of two endpoints: coverage, and false verdicts."""
    held = [c for c in cells if c["experiment"] == "T3"]
    wrong = {(c["law"], c["n"], c["p"]): c for c in cells if c["id"].endswith("equal, faster") and c["experiment"] == "T4"}
    situations = list(dict.fromkeys((c["law"], c["n"]) for c in held))[::-1]
    if not held:
        return None
    height = 0.30 * len(situations) + 1.75
    figure, axes, head = panels(
        2, height, "The interval of a ratio holds the truth, and no difference is found between equal endpoints",
        "Left: share of 95 % intervals that hold a true ratio of 1.1. Right: share of runs that call equal endpoints faster.",
        "Hollow: nothing is promised, because the run is too short for what lasts in it, or its spikes come in bursts.", sharey=True)
    for y, (law, n) in enumerate(situations):
        for p, colour, marker, up in [(0.5, theme.ours, "o", 0.16), (0.99, theme.fourth, "D", -0.16)]:
            cell = next((c for c in held if (c["law"], c["n"], c["p"]) == (law, n, p)), None)
            dot(axes[0], cell, y + up, colour, marker, filled=cell is not None and cell["promise"] != "known-limit")
            cell = wrong.get((law, n, p))
            dot(axes[1], cell, y + up, colour, marker, filled=cell is not None and cell["promise"] != "known-limit")
    axes[0].axvspan(*PROMISED, color=theme.band, zorder=0)
    axes[1].axvspan(0, 1, color=theme.band, zorder=0)
    axes[0].set_yticks(range(len(situations)), [f"{law}, {n:,} rounds" for law, n in situations])
    axes[0].set_xlim(60, 100)
    axes[1].set_xscale("symlog", linthresh=1, linscale=1)
    axes[1].set_xlim(0, 20)
    for panel in axes:
        panel.set_ylim(-0.6, len(situations) - 0.4)
        percent_axis(panel.xaxis)
    axes[1].set_xticks([0, 0.5, 1, 2, 5, 10, 20], ["0 %", "0.5 %", "1 %", "2 %", "5 %", "10 %", "20 %"])
    axes[1].minorticks_off()
    legend(axes[1], [("p50", theme.ours, "o", True), ("p99", theme.fourth, "D", True)])
    fit(figure, height, head)
    return figure


def power(cells, theme):
    """How often what is there is found."""
    pairs = [c for c in cells if c["experiment"] == "T6" and c["id"].startswith("base") and "difference found" in c["id"]]
    history = [c for c in cells if c["experiment"] == "T6" and "within 2 runs" in c["id"]]
    if not pairs or not history:
        return None
    height = 3.8
    figure, (left, right), head = panels(
        2, height, "A fifth more is found in a short run, a twentieth takes a long one",
        "Left: one run over an ordinary link, the slower endpoint told from the other by its p50.",
        "Right: an endpoint that became slower is red in the first or second scheduled run after.", sharey=True)
    for n, colour, marker in [(96, theme.fourth, "^"), (200, theme.peer, "s"), (1_000, theme.ours, "o")]:
        line(left, [c for c in pairs if c["n"] == n], colour, marker, f"{n:,} rounds")
    left.set_xscale("log")
    left.set_xticks([2, 5, 10, 20, 50], ["+2 %", "+5 %", "+10 %", "+20 %", "+50 %"])
    rules = list(dict.fromkeys(c["id"].split(": ", 1)[1] for c in history))
    wanted = ["stsbench: two", "10 % above the previous", "median"]
    shown = [rule for begins in wanted for rule in rules if rule.startswith(begins)]
    for rule, colour, marker in zip(shown, [theme.ours, theme.peer, theme.fourth], ["o", "s", "^"], strict=False):
        line(right, [c for c in history if c["id"].endswith(": " + rule)], colour, marker, rule)
    right.set_xticks([10, 15, 20, 30], ["+10 %", "+15 %", "+20 %", "+30 %"])
    for panel, title in [(left, "difference found"), (right, "red within two runs")]:
        panel.minorticks_off()
        panel.grid(axis="y", color=theme.grid)
        panel.set_ylim(0, 102)
        percent_axis(panel.yaxis)
        panel.set_xlabel("slower by")
        panel.set_title(title, loc="left", fontsize=9, fontweight="bold")
        panel.legend(loc="lower right")
    fit(figure, height, head)
    return figure


def line(panel, cells, colour, marker, label):
    """Shares against the change that each cell is about."""
    points = [(change(cell), cell["value"] * 100) for cell in cells if cell["value"] is not None]
    if points:
        panel.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=5, linewidth=1.4, label=label)


def change(cell):
    """The per cent that a cell's name gives its change."""
    return float(cell["id"].split("+", 1)[1].split(" ", 1)[0])


ALL = {"coverage": coverage, "short-runs": short_runs, "false-alarms": false_alarms, "ratios": ratios, "power": power}
