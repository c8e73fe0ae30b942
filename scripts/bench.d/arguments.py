"""What was asked for. Run by itself it only checks that, before anything is installed."""

import argparse
import dataclasses
import datetime
import pathlib
import sys

from turns import Settings

# The last takes longer than all others together, so it is measured only when it is named.
EXPERIMENTS = ["accuracy", "lateness", "cpu", "omission", "memory", "growth", "startup", "weight", "build"]
USUAL = EXPERIMENTS[:-1]


def arguments(words):
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures stsbench and other load generators in turns before the same server.",
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="times that each measurement is repeated [default: 3, quick 1]")
    parser.add_argument("--only", metavar="LIST", default=",".join(USUAL),
                        help=f"comma list of {', '.join(EXPERIMENTS)} [default: all but build, which compiles twice]")
    parser.add_argument("--duration", type=float, metavar="SECONDS",
                        help="length of each measurement of accuracy, lateness, CPU and growth")
    parser.add_argument("--out", type=pathlib.Path, help="new directory [default: reports/<today>-performance]")
    parser.add_argument("--quick", action="store_true", help="a look at everything in about 5 minutes; no figures to rely on")
    asked = parser.parse_args(words)
    asked.only = asked.only.split(",")
    if unknown := set(asked.only) - set(EXPERIMENTS):
        parser.error(f"--only: {', '.join(sorted(unknown))}: not among {', '.join(EXPERIMENTS)}")
    if asked.rounds is not None and asked.rounds < 1 or asked.duration is not None and asked.duration <= 0:
        parser.error("--rounds and --duration are positive")
    asked.out = asked.out or pathlib.Path("reports") / f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}-performance"
    if asked.out.exists():
        parser.error(f"{asked.out} exists; a published report is never changed, remove it or name another")
    return asked


def settings(asked):
    """How much is to be measured."""
    chosen = Settings.quick() if asked.quick else Settings()
    if asked.rounds:
        chosen = dataclasses.replace(chosen, rounds=asked.rounds)
    if asked.duration:
        loops = tuple((rate, asked.duration) for rate, _ in chosen.open_loops)
        chosen = dataclasses.replace(
            chosen, open_loops=loops, closed_seconds=asked.duration, growth_seconds=asked.duration,
        )
    return chosen


if __name__ == "__main__":
    arguments(sys.argv[1:])
