"""report.md, from the cells: every number and every verdict in it is computed, none is typed."""

INTRODUCTION = """# What stsbench's intervals, verdicts, ranks and gates are worth, {date}

A printed "95 %" is a promise, and it can be tested: simulate endpoints whose true latency is known, judge them many times,
and count how often the interval holds the truth. That was done here, {replications:,} times in all, by the same
code that judges measured runs. Everything in this folder was written by `scripts/statistics`; nothing was edited.

{findings}

**{kept} of {promised} promises are kept, by {right} of {judged} numbers.** {broken}

*Kept* means not refuted. A number keeps its promise where the share itself is within the limit. It breaks it where even the interval in
brackets lies beyond. Where the share lies beyond the limit, and the interval reaches back to it, the number is *not decided*: chance
explains it, and so does a promise that is broken by a little. Few tries refute little.

The simulations know no clock and no network: the same seeds give the same numbers (`results.json`, byte for byte on one
machine). A share's own error, from the number of replications, stands in brackets behind it (Clopper and Pearson, 95 %).
This was run on {architecture} only; other processors round logarithms in another last digit, which was not tried.
"""

LAWS = """## The laws

The logarithm of a latency is that of the median, 50 ms, plus a part that lasts from call to call, plus noise. Spikes are
those of a lost packet: 200 ms and more, Pareto's law of power 2.5, at most 10 s.

| law | calls | stands for |
|---|---|---|
| S0 | independent, σ 0.15 | a textbook |
| S1 | the same, 1.5 % spikes | loss now and then |
| S2 | σ 0.12 and a lasting part of σ 0.08, 90 % of it left at the next call; 1.5 % spikes | an ordinary link |
| S3 | the same, spikes in bursts: half of the calls in 3 % of the time | congestion |
| S4 | as S2, 99.5 % of the lasting part left | a drift over hundreds of calls |
| S5 | two servers, 50 and 70 ms, a connection stays at one for fifty calls on average | a load balancer, connections kept |
| S5b | the same, connections exchanged after eight calls | connections rotated |

Two endpoints that are compared go through a drift together, of σ 0.08, 99.5 % of it left at the next round: *quiet* is S0, *base*
S2 and *bursty* S3 with it; *sticky* has two servers behind each endpoint, connections of twenty calls, and no drift.
"""


def table(head, rows):
    """A Markdown table; all but the first column to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def percent(cell):
    """A share with its error; more digits where it is small."""
    digits = 2 if cell["value"] < 0.02 else 1
    return f"{cell['value'] * 100:.{digits}f} [{cell['low'] * 100:.{digits}f}, {cell['high'] * 100:.{digits}f}]"


def share(cell):
    """The same, with a mark where a promise is broken."""
    if cell is None or cell["value"] is None:
        return "–"
    text = percent(cell)
    if is_undecided(cell):
        return f"{text}, *not decided*"
    return f"**{text}, broken**" if cell.get("pass") is False else text


def is_limited(cell):
    """Whether something was promised of it, and it was tried."""
    return isinstance(cell["promise"], dict) and cell["value"] is not None


def is_undecided(cell):
    """Whether so few tries decide nothing about its promise."""
    return is_limited(cell) and cell.get("pass") is None


def width(cell):
    """Half of the median interval's width."""
    half = cell and cell.get("half_width")
    return "–" if half is None else f"{half * 100:.1f} %"


def refused(cell):
    """In how many runs nothing was said."""
    return "–" if cell is None or cell.get("refused") is None else f"{cell['refused'] * 100:.0f} %"


class Cells:
    """The simulated numbers, to be found by what they are about."""

    def __init__(self, cells):
        self.all = cells

    def of(self, *experiments):
        """Those of some experiments."""
        return [cell for cell in self.all if cell["experiment"] in experiments]

    def one(self, experiment, **keys):
        """The first whose fields are these, or whose id ends with `ends`."""
        ends = keys.pop("ends", "")
        for cell in self.of(experiment):
            if cell["id"].endswith(ends) and all(cell.get(key) == value for key, value in keys.items()):
                return cell
        return None


def text(cells, declared, about, drawn):
    """The whole report."""
    cells = Cells(cells)
    tried = [p for p in declared if p["lowest"] is not None]
    judged = [cell for cell in cells.all if is_limited(cell)]
    broken = [cell for cell in judged if cell.get("pass") is False]
    open_ones = [cell for cell in judged if is_undecided(cell)]
    says = "Broken: " + "; ".join(f"{c['id']} ({percent(c)} %, promised: {promise(c)})" for c in broken) + "."
    facts = dict(about)
    parts = [
        INTRODUCTION.format(
            date=facts["date"][:10], findings=findings(cells), kept=sum(p["kept"] is True for p in tried), promised=len(tried), right=len(judged) - len(broken) - len(open_ones), judged=len(judged),
            broken=(says if broken else "None is broken.") + undecided(tried, open_ones), replications=sum(c["replications"] for c in cells.all),
            architecture=facts["system"].rsplit(" ", 1)[-1],
        ),
        promises(tried), intervals(cells, drawn), ratios(cells, drawn), order(cells), general(cells), ranks(cells), gates(cells, drawn), notices(cells),
        checks(cells), power(cells, drawn), stopping(cells), through(cells), before(cells), loopback(cells), limits(cells, drawn), LAWS, sources(cells),
        "## Where and how\n\n" + table(["", ""], about),
    ]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def undecided(tried, cells):
    """What so few replications could not decide."""
    if not cells:
        return ""
    of = [p["id"] for p in tried if p["kept"] is None]
    told = "; ".join(f"{c['id']} ({percent(c)} %, promised: {promise(c)})" for c in cells)
    return f" Not decided: {', '.join(of)}, by {len(cells)} numbers: {told}."


def outcome(found):
    """What came of a promise, in a word."""
    if found["kept"] is None:
        return f"not decided by {len(found['undecided'])}"
    return "kept" if found["kept"] else f"**BROKEN** by {len(found['broken'])}"


def promise(cell):
    """What was promised, in words."""
    kind = cell["promise"]
    if isinstance(kind, str):
        return {"nothing": "–", "known-limit": "known limit"}[kind]
    (name, bound), = kind.items()
    if name == "within":
        return f"{bound['low'] * 100:g} to {bound['high'] * 100:g} %"
    words = {"at-least": "at least", "not-below": "at least", "not-above": "at most", "proven": "proven to be below"}[name]
    return f"{words} {bound * 100:.4g} %"


def picture(name, drawn, words):
    """The picture that a reader's theme asks for."""
    if name not in drawn:
        return ""
    return (f'\n<picture><source media="(prefers-color-scheme: dark)" srcset="charts/{name}-dark.svg">'
            f'<img alt="{words}" src="charts/{name}-light.svg" width="800"></picture>\n')


def promises(tried):
    """Each promise, with what was measured of it."""
    def measured(found):
        low, high = (f"{found[end] * 100:.3g}" for end in ["lowest", "highest"])
        return low if low == high else f"{low} to {high}"
    rows = [[p["id"], p["promise"], p["of"], len(p["cells"]), measured(p), outcome(p)] for p in tried]
    said = ("## Promises\n\nWhat docs/method/proof.md promises. *Numbers*: cells of the tables below that a promise is about; *measured*: the lowest and the "
            "highest share among them, %. A promise that any of its numbers breaks is broken; one that none "
            "breaks, and of which so few replications leave a number open, is not decided.\n")
    return said + "\n" + table(["", "promise", "of", "numbers", "measured, %", ""], rows)


THROUGH = [
    ("shapes", "Endpoints of unequal shape", "Two endpoints of equal medians, independent calls. *Contradict each other*: one of ratio and difference "
     "says that the endpoints differ, the other that nothing shows it."),
    ("few", "Few rounds", "The same shapes. Below 32 rounds the rounds that one endpoint won are counted (sign test), above the medians of eight blocks and more."),
    ("power", "Differences that are found", "Two endpoints of one shape, σ 0.2, one slower."),
    ("more-rounds", "How many more rounds", "Two endpoints of σ 0.2, measured until a run decides nothing, and again with as many more rounds as it names: "
     "*about* so many, or *at least* so many."),
    ("failing", "Endpoints that fail", "Two endpoints of one law (σ 0.2, 800 rounds); one leaves a share of its calls unanswered: the slowest ones, or any."),
    ("more-failures", "Endpoints that fail more often than before", "Eight endpoints (σ 0.2, 192 rounds) of which calls fail at random, judged by `compare` "
     "against a run made at the same time, and by `compare --history` after thirteen runs, of which the latest is as the one that is judged."),
    ("histories", "A history, run after run", "Twelve endpoints of 15 to 250 ms, one run a day; after thirty runs the change, which lasts. Judged by `compare "
     "--history` at the second and the twelfth run from then on, and after `baseline accept`."),
    ("memory", "Calls that resemble their neighbours", "Twelve endpoints. *AR*: log-normal, σ 0.2, correlation from call to call; *regimes*: 50 and "
     "70 ms, a mean number of calls in each."),
    ("crowds", "Many endpoints", "All equal, or five tied and the others 3 % apart, one after the other."),
    ("cut-off", "Runs that ended early", "Of 192 planned rounds so many were done."),
    ("turns", "Builds in turns", "Eight windows of each of two equal builds, merged and compared."),
    ("gates", "Gates", "Eight endpoints in one condition. At the limit nothing must be proven; beside it the right word should be given."),
    ("steady", "Steady services", "Two endpoints of one law: whether any check refuses the run."),
]


def through(cells):
    """What the program itself says of files with invented times."""
    parts = []
    for experiment, title, said in THROUGH:
        rows = [[c["id"], f"{c['replications']:,}", share(c), promise(c)] for c in cells.of(experiment)]
        if rows:
            parts.append(f"### {title}\n\n{said}\n\n" + table(["what", "of", "share, %", "promise"], rows))
    if not parts:
        return ""
    return ("## Through the program\n\nRuns with invented times, written as `run.json` by an encoder of the proof's own and judged by `report`, "
            "`compare` and `merge` as processes.\n\n") + "\n".join(parts)


def before(cells):
    """The same numbers by another executable."""
    rows = []
    for cell in cells.of("before"):
        now = next((c for c in cells.of("shapes", "power") if c["id"] == cell["id"]), None)
        rows.append([cell["id"], share(cell), share(now)])
    if not rows:
        return ""
    return ("## Before and after\n\nThe same runs, judged by an earlier program, %.\n\n") + table(["what", "before", "now"], rows)


def is_false_faster(cell):
    """Whether it counts equal endpoints of which one is called faster."""
    return any(words in cell["id"] for words in ["equal, faster", "called faster", "headline names a faster", "headline"])


def findings(cells):
    """The answers in a sentence each."""
    mean = cells.one("T1", law="all")
    naive = cells.one("peers", law="S2", n=1_600, p=0.5)
    gate = cells.one("T5", law="with transients", ends="two runs in a row")
    before = cells.one("peers", law="with transients", ends="10 % above the previous run")
    wrong = [c for c in cells.of("T4", "shapes", "few", "crowds", "failing") if is_false_faster(c) and c["value"] is not None]
    promised = max((c for c in wrong if is_limited(c)), key=lambda c: c["value"], default=None)
    short = max((c for c in wrong if c["promise"] == "known-limit"), key=lambda c: c["value"], default=None)
    lines = []
    if mean and naive:
        lines.append(f"- **Intervals.** A \"95 %\" interval of p50 or p90 holds the truth in {mean['value'] * 100:.1f} % of runs, over all "
                     f"laws. The usual interval, which takes calls for independent, does so in {naive['value'] * 100:.0f} % on an "
                     "ordinary link.")
    if promised is not None:
        lines.append(f"- **Verdicts.** Of equal endpoints one is called *faster*, in the table or in the headline, in at most {promised['value'] * 100:.1f} % of runs "
                     f"where anything is promised of it ({promised['id']}: {percent(promised)} %)"
                     + (f"; where nothing is, in up to {short['value'] * 100:.1f} % ({short['id']})." if short else "."))
    if gate and before:
        lines.append(f"- **Gates.** Of a hundred scheduled runs of unchanged endpoints {gate['value'] * 100:.1f} are red; by \"10 % worse "
                     f"than last time\" {before['value'] * 100:.0f} are.")
    found = cells.one("T6", law="+20 %", n=2, ends="two runs in a row")
    if found:
        lines.append(f"- **Power.** An endpoint that became 20 % slower is red after two runs in {found['value'] * 100:.0f} % of cases.")
    ranks = [c["value"] for c in cells.of("T7") if c["id"].endswith("any rank wrong")]
    if ranks:
        lines.append(f"- **Ranks.** Of 36 endpoints any one's rank interval is wrong in at most {max(ranks) * 100:.1f} % of rankings.")
    held = cells.one("T12", ends="ratio 1.1")
    if held:
        lines.append(f"- **Real sockets.** Of the intervals of the program as it is, {percent(held)} % hold a ratio that its fleet "
                     "was told to have.")
    lines.append("- **Limits.** Very short runs of dependent calls, drifts as long as the run, and p99 where spikes come in bursts: "
                 "there no arithmetic keeps a promise, and none is made. They are listed below.")
    return "\n".join(lines)


def intervals(cells, drawn):
    """T1 and T2."""
    rows = []
    for cell in cells.of("T1", "T2"):
        if cell["law"] == "all" or "coverage" not in cell["id"]:
            continue
        naive = cells.one("peers", law=cell["law"], n=cell["n"], p=cell.get("p"))
        rows.append([cell["law"], f"{cell['n']:,}", f"p{cell['p'] * 100:g}", share(cell), promise(cell), width(cell), refused(cell), share(naive)])
    mean, marked = cells.one("T1", law="all"), cells.one("T2", ends="marked")
    if not rows:
        return ""
    more = f"\nMean of all p50 and p90: {share(mean)} %, promised {promise(mean)}.\n" if mean else ""
    if marked:
        more += (f"\nA percentile on fewer than 30 independent answers beyond it has the mark ≈ in {share(marked)} % of "
                 f"{marked['replications']:,} reports with one.\n")
    said = ("## Percentiles\n\nShare of runs whose 95 % interval holds the true percentile, %. *Half-width*: of the median run's "
            "interval. *Left out*: runs too poor for any interval, which print none. *As if independent*: between order "
            "statistics, from the same runs.\n")
    return said + picture("coverage", drawn, "Coverage of 95 % intervals") + "\n" + table(
        ["law", "calls", "", "holds, %", "promise", "half-width", "left out", "as if independent, %"], rows) + more


def ratios(cells, drawn):
    """T3 and T4."""
    rows = []
    for cell in cells.of("T3"):
        keys = {"law": cell["law"], "n": cell["n"], "p": cell.get("p")}
        above, faster = cells.one("T4", ends="above 1", **keys), cells.one("T4", ends="equal, faster", **keys)
        rows.append([cell["law"], f"{cell['n']:,}", f"p{cell['p'] * 100:g}", share(cell), width(cell), share(above), share(faster),
                     "; ".join(promise(c) for c in [above, faster] if c), share(cells.one("T4", ends="equivalent", **keys))])
    if not rows:
        return ""
    said = ("## Comparisons\n\nTwo endpoints in the same rounds. *Holds*: the 95 % interval of the ratio holds a true 1.1. For two "
            "equal endpoints: *above 1*, the interval says that one certain endpoint is faster by ever so little (a "
            "95 % interval as such allows 2.5 %); *faster*, the verdict, which has to exceed the margin; *promise*, of the one and of the other; "
            "*equivalent*, the right answer.\n")
    return said + picture("ratios", drawn, "Coverage of ratios and false verdicts") + "\n" + table(
        ["situation", "rounds", "", "holds, %", "half-width", "above 1, %", "faster, %", "promise", "equivalent, %"], rows)


def order(cells):
    """T9, and what tests make of either order of calls."""
    found = [c for c in cells.all if c["id"].startswith("order ")]
    if not found:
        return ""
    rows = [[c["id"].removeprefix("order "), f"{c['replications']:,}", share(c), promise(c)] for c in found]
    said = ("## In turns, or one after the other\n\nTwo equal endpoints, 1,000 calls each, under a drift of σ 0.08 that both go through, 99.5 % of "
            "it left at the next call: share of tries in which a test calls them different at 5 %. *Refused*: runs of the second order that "
            "stsbench does not compare.\n")
    return said + "\n" + table(["order and test", "of", "share, %", "promise"], rows)


def general(cells):
    """Claims beyond the time that was measured."""
    rows = [[c["id"], f"{c['replications']:,}", share(c), promise(c), width(c)] for c in cells.of("general")]
    if not rows:
        return ""
    said = ("## In this window, and in general\n\nThe ratio of two endpoints varies by 4 % from window to window. Share of 95 % intervals that "
            "hold the ratio in the long run, %: the claim \"in general\", and the one about the windows alone, taken for it.\n")
    return said + "\n" + table(["what", "of", "holds, %", "promise", "half-width"], rows)


def checks(cells):
    """T5 for single runs."""
    rows = [[c["id"].removeprefix("checks "), f"{c['replications']:,}", share(c), promise(c)] for c in cells.of("T5")
            if c["id"].startswith("checks ")]
    if not rows:
        return ""
    said = ("## What runs say against themselves\n\nTwo endpoints. Runs of steady services should seldom be refused; those that changed while they "
            "were measured should be doubted.\n")
    return said + "\n" + table(["run", "of", "share, %", "promise"], rows)


def ranks(cells):
    """T7."""
    rows = [[c["id"], f"{c['replications']:,}", share(c), promise(c), "–" if c.get("half_width") is None else f"{2 * c['half_width']:.2f}"]
            for c in cells.of("T7")]
    if not rows:
        return ""
    said = ("## Ranks\n\nThirty-six endpoints, all equal or in twelve groups of three from 20 to 240 ms. A ranking is wrong when any of "
            "its 36 rank intervals leaves out a rank that the endpoint shares with its equals.\n")
    return said + "\n" + table(["what", "of", "share, %", "promise", "ranks in an interval"], rows)


def gates(cells, drawn):
    """T5 and the rules of others."""
    rules = list(dict.fromkeys(c["id"].split(": ", 1)[1] for c in cells.of("T5", "peers") if c["id"].startswith("history")))
    if not rules:
        return ""
    rows = []
    for rule in rules:
        found = [c for c in cells.of("T5", "peers") if c["id"].startswith("history") and c["id"].endswith(": " + rule)]
        clean, transients = (next((c for c in found if c["law"] == law), None) for law in ["clean", "with transients"])
        rows.append([rule, share(clean), share(transients), promise(transients)])
    said = ("## Gates over a history\n\nThirty-six endpoints, thirty earlier runs. From run to run the vantage varies by 5 % and each "
            "endpoint by 3 % (Student's t with five degrees of freedom); incidents: the whole vantage in 3 % of runs, by 30 % on "
            "average, one endpoint in 0.3 %, by 25 %. Nothing changes: share of runs in which any endpoint is red, %.\n")
    return said + picture("false-alarms", drawn, "Unchanged builds that turn red") + "\n" + table(
        ["rule", "without incidents, %", "with incidents, %", "promise"], rows)


def notices(cells):
    """What a report on a history says beside red and not red."""
    rows = [[c["id"].removeprefix("notices "), f"{c['replications']:,}", share(c), promise(c)] for c in cells.of("notices")]
    if not rows:
        return ""
    said = ("## Notices over a history\n\nThe same fleet. Share of runs in which a report says, beside red and not red, that any endpoint creeps or that the "
            "vantage changed, by the number of runs that are read. *One creeps*: one endpoint grows by 0.5 % from run to run, and the notice "
            "names it in the last of so many such runs.\n")
    return said + "\n" + table(["runs that are read", "of", "share, %", "promise"], rows)


def power(cells, drawn):
    """T6."""
    pairs = [c for c in cells.of("T6") if "difference found" in c["id"]]
    if not pairs:
        return ""
    rows = [[c["law"], c["id"].split(": ", 1)[1].split(",")[0], f"{c['n']:,}", share(c),
             share(cells.one("T6", id=c["id"].replace("difference found", "faster"))), promise(c)] for c in pairs]
    said = ("## Power\n\nOne run, by p50: how often a true difference is told from none, and called *faster* (beyond "
            "the margin), %.\n") + picture("power", drawn, "How often differences are found") + "\n" + table(
        ["situation", "slower by", "rounds", "difference found, %", "called faster, %", "promise"], rows)
    history = cells.of("T6")
    rules = list(dict.fromkeys(c["id"].split(": ", 1)[1] for c in history if c["id"].startswith("history")))
    rows = []
    for rule in rules:
        for law in ["+10 %", "+15 %", "+20 %", "+30 %"]:
            found = [cells.one("T6", law=law, n=runs, ends=": " + rule) for runs in [1, 2, 3]]
            if any(found):
                rows.append([rule, law, *map(share, found)])
    said += ("\nOne endpoint of 36 becomes slower for good: how often it is red within so many scheduled runs, %. Read it beside the "
             "table of false alarms: a rule that is always red finds everything.\n\n")
    return said + table(["rule", "slower by", "1 run", "2 runs", "3 runs"], rows)


def stopping(cells):
    """T8."""
    rows = [[c["id"], f"{c['n']:,}", share(c), promise(c), width(c), refused(c)] for c in cells.of("T8")]
    if not rows:
        return ""
    said = ("## Runs that choose their length\n\nA pilot, one calculation, and the rest without another look (`--precision`); at most 60,000 "
            "calls. *Calls*: of the median run.\n")
    return said + "\n" + table(["what", "calls", "holds, %", "promise", "half-width", "left out"], rows)


def loopback(cells):
    """T12."""
    rows = [[c["id"], f"{c['replications']:,}", share(c), promise(c), width(c)] for c in cells.of("T12")]
    if not rows:
        return ""
    said = ("## Through real sockets\n\nThe program as users run it, against its fleet over loopback, all endpoints in the same rounds. Service "
            "times are log-normal, σ 0.15, medians 10 ms, and 11 ms for the slower one of each unequal pair; sockets, timers and the "
            "machine's other work add theirs.\n")
    return said + "\n" + table(["what", "pairs", "share, %", "promise", "half-width"], rows)


def limits(cells, drawn):
    """What no arithmetic repairs."""
    rows = [[c["law"], f"{c['n']:,}", f"p{c['p'] * 100:g}", share(c), promise(c), width(c), refused(c)] for c in cells.of("short", "limit")
            if c["value"] is not None]
    if not rows:
        return ""
    said = ("## Known limits, and short runs\n\nThe same as under *Percentiles* for runs that are too short for their law. *S5 by block*: "
            "connections exchanged with each of the 16 blocks, as stsbench does it. *Known limit*: nothing is promised. The check "
            "`independence` refuses runs that are shorter than sixteen times what lasts in them.\n")
    return said + picture("short-runs", drawn, "Coverage of short runs") + "\n" + table(
        ["law", "calls", "", "holds, %", "promise", "half-width", "left out"], rows)


def sources(cells):
    """Seeds."""
    seeds = sorted({(c["experiment"], c["seed"]) for c in cells.all})
    told = {}
    for experiment, seed in seeds:
        told.setdefault(experiment, []).append(str(seed))
    rows = [[experiment, ", ".join(seeds)] for experiment, seeds in told.items()]
    return ("## Seeds\n\nReplication r of a cell with seed s draws from xoshiro256++ seeded with s ⊕ r · 0x9e3779b97f4a7c15.\n\n"
            + table(["experiment", "seeds"], rows))
