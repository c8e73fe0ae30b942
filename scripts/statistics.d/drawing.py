"""What all pictures of the proof have in common: colours, fonts, heads, marks, and files that are the same for the same numbers."""

import dataclasses
import io
import pathlib

import matplotlib
import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib.lines import Line2D
from PIL import Image

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


LIGHT = Theme("light", "#ffffff", "#1f2328", "#59636e", "#e6e8eb", "#dff0e8", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
DARK = Theme("dark", "#0D1117", "#e6edf3", "#9198a1", "#262c36", "#143023", "#56B4E9", "#FF9E4A", "#2BD4A4", "#E7A6CB")


def style(theme):
    """What matplotlib has to be told for a theme."""
    return {
        "font.family": ["Noto Sans", "sans-serif"], "font.size": 9, "axes.edgecolor": theme.soft, "axes.labelcolor": theme.ink,
        "text.color": theme.ink, "xtick.color": theme.ink, "ytick.color": theme.ink, "axes.spines.top": False,
        "axes.spines.right": False, "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "x",
        "grid.color": theme.grid, "axes.axisbelow": True, "ytick.major.size": 0, "svg.hashsalt": "stsbench",
        "svg.fonttype": "none", "figure.facecolor": theme.ground, "savefig.facecolor": theme.ground,
        "axes.facecolor": theme.ground, "figure.dpi": DPI, "legend.frameon": False, "legend.fontsize": 8,
    }


def draw(charts, cells, directory):
    """Draws every picture that there are cells for; the words of each by its name."""
    matplotlib.use("Agg")
    for font in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(font)
    directory.mkdir(parents=True, exist_ok=True)
    drawn = {}
    for name, chart in charts.items():
        for theme in [LIGHT, DARK]:
            with plt.rc_context(style(theme)):
                figure = chart(cells, theme)
                if figure is not None:
                    drawn[name] = figure.texts[0].get_text()
                    write(figure, directory / f"{name}-{theme.name}")
    return drawn


def write(figure, path):
    """Both forms of one picture, without anything that differs from run to run."""
    title, *words = [text.get_text().replace("\n", " ") for text in figure.texts[:2]]
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    begins, rest = text.getvalue().split("<svg ", 1)
    head, rest = rest.split(">", 1)
    named = f'{begins}<svg role="img" {head}>\n <title>{escaped(title)}</title>\n <desc>{escaped(" ".join(words))}</desc>{rest}'
    path.with_suffix(".svg").write_text(named)
    pixels = io.BytesIO()
    figure.savefig(pixels, format="png", dpi=2 * DPI, metadata={"Software": None})
    plt.close(figure)
    # A drawing of a few colours: a palette is a third of the bytes.
    Image.open(pixels).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path.with_suffix(".png"), optimize=True)


def escaped(text):
    """As XML wants it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def panels(columns, height, title, *words, **more):
    """A figure with a finding as its title and what it is about below, and the height of that head in inches."""
    figure, axes = plt.subplots(1, columns, figsize=(WIDTH, height), squeeze=False, **more)
    figure.text(0.015, 1 - 0.12 / height, title, ha="left", va="top", fontweight="bold", fontsize=12)
    figure.text(0.015, 1 - 0.40 / height, "\n".join(words), ha="left", va="top", fontsize=9, linespacing=1.35)
    return figure, axes[0], 0.44 + 0.19 * len(words)


def fit(figure, height, head, **more):
    """Leaves the head its room."""
    figure.tight_layout(rect=(0.004, 0.004, 0.996, 1 - head / height), **more)


def legend(panel, entries, **more):
    """Names of marks above a panel, at the right."""
    handles = [Line2D([], [], color=colour, marker=marker, markersize=6, linewidth=1.4, label=label,
                      markerfacecolor=colour if filled else panel.get_facecolor(), markeredgewidth=1.4)
               for label, colour, marker, filled in entries]
    where = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": len(handles), "borderpad": 0, "handletextpad": 0.4,
             "columnspacing": 1.2} | more
    # Beside the title of its panel, not an edge of it.
    panel.legend(handles=handles, **where).set_in_layout(False)


def dot(panel, cell, y, colour, marker="o", filled=True):
    """A share with its own Monte-Carlo interval."""
    if cell is None or cell["value"] is None:
        return
    panel.plot([cell["low"] * 100, cell["high"] * 100], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
    panel.plot([cell["value"] * 100], [y], marker, markersize=6, color=colour, clip_on=False,
               markerfacecolor=colour if filled else panel.get_facecolor(), markeredgewidth=1.4, zorder=3)


def name_ends(panel, ends, apart):
    """Names at the ends of lines, from the top down, none on top of another."""
    at = float("inf")
    for height, text, colour, x in sorted(ends, reverse=True):
        at = min(height, at - apart)
        panel.annotate(text, (x, at), xytext=(7, 0), textcoords="offset points", va="center", fontsize=8, color=colour,
                       annotation_clip=False)


def percent_axis(axis):
    """Ticks with their unit."""
    axis.set_major_formatter(lambda value, _: f"{value:g} %")
