"""The pictures of the proof, light and dark, each as SVG and PNG. Same numbers, same bytes: no dates and no random ids."""

import dataclasses
import pathlib

import matplotlib
import matplotlib.pyplot as plt
from matplotlib import font_manager

FONTS = pathlib.Path(__file__).resolve().parents[2] / "assets" / "fonts"
# 800 pixels wide, twice that as PNG.
WIDTH, DPI = 8.0, 100


@dataclasses.dataclass(frozen=True)
class Theme:
    """Okabe and Ito's colours and, on dark ground, their lighter relatives."""

    name: str
    ground: str
    ink: str
    soft: str
    grid: str
    band: str
    ours: str
    peer: str
    third: str
    fourth: str


LIGHT = Theme("light", "#ffffff", "#1f2328", "#59636e", "#e6e8eb", "#e3f1ea", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
DARK = Theme("dark", "#0D1117", "#e6edf3", "#9198a1", "#262c36", "#12291f", "#56B4E9", "#FF9E4A", "#2BD4A4", "#E7A6CB")


def style(theme):
    """What matplotlib has to be told for a theme."""
    return {
        "font.family": "Noto Sans", "font.size": 9, "axes.edgecolor": theme.soft, "axes.labelcolor": theme.ink,
        "text.color": theme.ink, "xtick.color": theme.ink, "ytick.color": theme.ink, "axes.spines.top": False,
        "axes.spines.right": False, "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "x",
        "grid.color": theme.grid, "axes.axisbelow": True, "ytick.major.size": 0, "svg.hashsalt": "stsbench",
        "figure.facecolor": theme.ground, "savefig.facecolor": theme.ground, "axes.facecolor": theme.ground,
        "figure.dpi": DPI,
    }


def draw(cells, directory):
    """Draws every picture that there are cells for; their names without theme and ending."""
    matplotlib.use("Agg")
    for font in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(font)
    directory.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, chart in [("coverage", coverage), ("short-runs", short_runs), ("false-alarms", false_alarms),
                        ("ratios", ratios), ("power", power)]:
        made = False
        for theme in [LIGHT, DARK]:
            with plt.rc_context(style(theme)):
                figure = chart(cells, theme)
                if figure is None:
                    continue
                write(figure, directory / f"{name}-{theme.name}")
                made = True
        if made:
            drawn.append(name)
    return drawn


def write(figure, path):
    """Both forms of one picture, without anything that differs from run to run."""
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None, "Creator": None})
    figure.savefig(path.with_suffix(".png"), dpi=2 * DPI, metadata={"Software": None})
    plt.close(figure)


def panels(columns, rows, height, title, subtitle, **more):
    """A figure with a finding as its title and what it is about below."""
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False, **more)
    figure.suptitle(title, x=0.015, y=1 - 0.12 / height, ha="left", va="top", fontweight="bold", fontsize=12)
    figure.text(0.015, 1 - 0.40 / height, subtitle, ha="left", va="top", fontsize=9)
    return figure, axes


def fit(figure, height, subtitle_lines=1, bottom=0.0, **more):
    """Leaves the title its room."""
    figure.tight_layout(rect=(0.005, bottom, 0.995, 1 - (0.50 + 0.16 * subtitle_lines) / height), **more)


def percent(share):
    """A share as people read it."""
    return f"{share * 100:.1f} %" if share < 0.995 else f"{share * 100:.0f} %"


def dot(panel, cell, y, colour, marker="o", filled=True):
    """A share with its own Monte-Carlo interval."""
    panel.plot([cell["low"] * 100, cell["high"] * 100], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
    panel.plot([cell["value"] * 100], [y], marker, markersize=6, color=colour,
               markerfacecolor=colour if filled else panel.get_facecolor(), markeredgewidth=1.4, zorder=3)


def coverage(cells, theme):
    """Intervals that hold the truth, ours and those that take calls for independent."""
    ours = [c for c in cells if c["experiment"] in ("T1", "T2") and c["law"] != "all" and "coverage" in c["id"]]
    if not ours:
        return None
    naive = {(c["law"], c["n"], c["p"]): c for c in cells if c["experiment"] == "peers" and "independent" in c["id"]}
    shares = sorted({c["p"] for c in ours})
    most = max(len([c for c in ours if c["p"] == p]) for p in shares)
    height = 0.27 * most + 1.75
    figure, axes = panels(len(shares), 1, height, "A 95 % interval holds the true value in 93 to 98 % of runs",
                          "Dots: share of runs whose interval holds the true percentile, with the simulation's own error. Band: "
                          "what is promised.\nRings: the usual interval for independent values, from the same runs.",
                          sharex=True)
    for panel, p in zip(axes[0], shares, strict=True):
        rows = [c for c in ours if c["p"] == p][::-1]
        panel.axvspan(93, 98, color=theme.band, zorder=0)
        for y, cell in enumerate(rows):
            other = naive.get((cell["law"], cell["n"], cell["p"]))
            if other:
                dot(panel, other, y, theme.peer, filled=False)
            dot(panel, cell, y, theme.ours)
        panel.set_yticks(range(len(rows)), [f"{c['law']}, {c['n']:,} calls" for c in rows])
        panel.set_ylim(-0.6, most - 0.4)
        panel.set_xlim(55, 100.5)
        panel.set_title(f"p{p * 100:g}", loc="left", fontsize=9, fontweight="bold")
        panel.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    fit(figure, height, 2)
    return figure


def short_runs(cells, theme):
    """Coverage against the number of calls."""
    rows = [c for c in cells if c["experiment"] == "short" and c["value"] is not None]
    if not rows:
        return None
    height = 3.9
    figure, axes = panels(2, 1, height, "Short runs promise what they can keep only if calls are independent",
                          "Share of 95 % intervals that hold the true value, by calls of a target. From 160 calls on intervals "
                          "come from blocks.", sharey=True)
    look = {"S0": (theme.ours, "o"), "S1": (theme.third, "s"), "S2": (theme.peer, "^"), "S3": (theme.fourth, "D"),
            "S5b": (theme.soft, "v")}
    for panel, p in zip(axes[0], [0.5, 0.9], strict=True):
        panel.axhspan(93, 98, color=theme.band, zorder=0)
        ends = []
        for law, (colour, marker) in look.items():
            points = [(c["n"], c["value"] * 100) for c in rows if c["law"] == law and c["p"] == p]
            if points:
                panel.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=5, linewidth=1.4)
                ends.append((points[-1][1], law, colour, points[-1][0]))
        labels(panel, ends, 2.6)
        panel.set_xscale("log")
        panel.set_xticks([16, 32, 48, 96, 192, 480], ["16", "32", "48", "96", "192", "480"])
        panel.minorticks_off()
        panel.set_ylim(60, 100.5)
        panel.set_xlim(14, 640)
        panel.grid(axis="y", color=theme.grid)
        panel.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")
        panel.set_xlabel("calls of a target")
        panel.set_title(f"p{p * 100:g}", loc="left", fontsize=9, fontweight="bold")
    fit(figure, height)
    return figure


def labels(panel, ends, apart):
    """Names at the ends of lines, none on top of another."""
    at = float("-inf")
    for height, text, colour, x in sorted(ends):
        at = max(height, at + apart)
        panel.annotate(text, (x, at), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8, color=colour,
                       annotation_clip=False)


def false_alarms(cells, theme):
    """How often an unchanged fleet turns the build red."""
    rows = [c for c in cells if "history" in c["id"] and "within" not in c["id"]]
    rules = list(dict.fromkeys(c["id"].split(": ", 1)[1] for c in rows))
    if not rules:
        return None
    height = 0.34 * len(rules) + 1.55
    worst = next((c for c in rows if rules[0] in c["id"] and c["law"] != "clean"), rows[0])
    figure, axes = panels(1, 1, height, f"Of a hundred unchanged builds, {worst['value'] * 100:.1f} turn red",
                          "Share of scheduled runs in which any of 36 unchanged endpoints is called slower; 30 earlier runs. "
                          "● vantage and endpoints\nwith incidents now and then   ○ without", )
    panel = axes[0][0]
    for y, rule in enumerate(rules[::-1]):
        colour = theme.ours if rule.startswith("stsbench: two") else theme.peer
        if rule.startswith("stsbench: one"):
            colour = theme.soft
        for cell in [c for c in rows if c["id"].endswith(": " + rule)]:
            incidents = cell["law"] != "clean"
            up = y + (0.13 if incidents else -0.13)
            dot(panel, cell, up, colour, filled=incidents)
            if incidents:
                panel.annotate(percent(cell["value"]), (cell["high"] * 100, up), xytext=(7, 0), va="center", fontsize=8,
                               textcoords="offset points")
    panel.set_xscale("log")
    panel.set_xlim(0.3, 220)
    panel.set_xticks([0.5, 1, 2, 5, 10, 20, 50, 100], ["0.5 %", "1 %", "2 %", "5 %", "10 %", "20 %", "50 %", "100 %"])
    panel.minorticks_off()
    panel.axvline(1, color=theme.third, linewidth=1, linestyle=":")
    panel.set_yticks(range(len(rules)), rules[::-1])
    panel.set_ylim(-0.6, len(rules) - 0.4)
    fit(figure, height, 2)
    return figure


def ratios(cells, theme):
    """The ratio of two endpoints: coverage, and false verdicts."""
    held = [c for c in cells if c["experiment"] == "T3"]
    wrong = {(c["law"], c["n"], c["p"]): c for c in cells if c["id"].endswith("equal, faster")}
    if not held:
        return None
    situations = list(dict.fromkeys((c["law"], c["n"]) for c in held))
    height = 0.30 * len(situations) + 1.75
    figure, axes = panels(2, 1, height, "Ratios: the interval holds the truth, and equal endpoints are not told apart",
                          "Left: share of 95 % intervals that hold a true ratio of 1.1. Right: equal endpoints called "
                          "faster.   ● p50   ◆ p99", sharey=True)
    for y, (law, n) in enumerate(situations[::-1]):
        for p, colour, marker, shift in [(0.5, theme.ours, "o", 0.14), (0.99, theme.fourth, "D", -0.14)]:
            cell = next((c for c in held if (c["law"], c["n"], c["p"]) == (law, n, p)), None)
            if cell and cell["value"] is not None:
                dot(axes[0][0], cell, y + shift, colour, marker)
            other = wrong.get((law, n, p))
            if other and other["value"] is not None:
                dot(axes[0][1], other, y + shift, colour, marker)
    axes[0][0].axvspan(93, 98, color=theme.band, zorder=0)
    axes[0][1].axvspan(-0.1, 1, color=theme.band, zorder=0)
    axes[0][0].set_yticks(range(len(situations)), [f"{law}, {n:,} rounds" for law, n in situations[::-1]])
    axes[0][0].set_xlim(78, 100.5)
    axes[0][1].set_xlim(-0.1, 5)
    for panel in axes[0]:
        panel.set_ylim(-0.6, len(situations) - 0.4)
        panel.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    fit(figure, height)
    return figure


def power(cells, theme):
    """How often what is there is found."""
    pairs = [c for c in cells if c["experiment"] == "T6" and c.get("p") == 0.5 and "told apart" in c["id"]]
    history = [c for c in cells if c["experiment"] == "T6" and "within 2 runs" in c["id"]]
    if not pairs or not history:
        return None
    height = 3.9
    figure, axes = panels(2, 1, height, "Twenty per cent is found at once, five per cent takes a thousand rounds",
                          "Left: one run, p50, an ordinary link. Right: a scheduled run's second look after an endpoint has "
                          "become slower.", sharey=True)
    left, right = axes[0]
    for n, colour, marker in [(96, theme.fourth, "^"), (192, theme.peer, "s"), (1_000, theme.ours, "o")]:
        points = [(change(c), c["value"] * 100) for c in pairs if c["n"] == n]
        if points:
            left.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=5, linewidth=1.4, label=f"{n:,} rounds")
    left.set_xscale("log")
    left.set_xticks([2, 5, 10, 20, 50], ["+2 %", "+5 %", "+10 %", "+20 %", "+50 %"])
    left.set_title("told apart", loc="left", fontsize=9, fontweight="bold")
    rules = list(dict.fromkeys(c["id"].split(": ", 1)[1] for c in history))
    shown = [r for r in rules if r.startswith("stsbench: two") or r.startswith(("10 % above the previous", "median"))]
    for rule, colour, marker in zip(shown, [theme.ours, theme.peer, theme.fourth], ["o", "s", "^"], strict=False):
        points = [(change(c), c["value"] * 100) for c in history if c["id"].endswith(": " + rule)]
        right.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=5, linewidth=1.4, label=rule)
    right.set_xticks([10, 15, 20, 30], ["+10 %", "+15 %", "+20 %", "+30 %"])
    right.set_title("red", loc="left", fontsize=9, fontweight="bold")
    for panel in [left, right]:
        panel.minorticks_off()
        panel.grid(axis="y", color=theme.grid)
        panel.set_ylim(0, 102)
        panel.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")
        panel.set_xlabel("slower by")
        panel.legend(frameon=False, fontsize=8, loc="lower right")
    fit(figure, height)
    return figure


def change(cell):
    """The per cent that a cell's name begins its change with."""
    return float(cell["id"].split("+", 1)[1].split(" ", 1)[0])
