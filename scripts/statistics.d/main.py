"""The report of a proof that was run: main.py DIRECTORY SECONDS COMMAND SIMULATIONS. Draws, then writes report.md beside the numbers.

main.py --again DIRECTORY writes the text of a published report anew, by the rules of this version: the numbers and the pictures stay."""

import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

import again
import report


def said(*command):
    """The first line of what a program says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"


def taken_from(published):
    """The row of a report whose simulations these are."""
    made = [line for line in (published / "report.md").read_text().splitlines() if line.startswith(("| commit |", "| date |"))]
    when, commit = (line.split("|")[2].strip() for line in sorted(made, reverse=True))
    return ("simulations", f"those of `{published.name}`, {when}, commit {commit}")


def about(seconds, command, published):
    """Rows of what, where and how."""
    processor = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), platform.machine())
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], capture_output=True, check=False).returncode
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "unknown system")
    return [
        ("date", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("command", f"`{command.strip()}`"),
        ("length", f"{seconds / 60:.0f} minutes, compiling included"),
        ("commit", said("git", "rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")),
        ("compiler", said("rustc", "--version")),
        ("processor", f"{processor}, {len(os.sched_getaffinity(0))} cores"),
        ("system", f"{system}, {platform.system()} {platform.release()} {platform.machine()}"),
    ] + ([taken_from(pathlib.Path(published))] if published else [])


def main():
    """Reads the cells, draws, writes."""
    if sys.argv[1] == "--again":
        again.write(pathlib.Path(sys.argv[2]), said("git", "rev-parse", "--short=12", "HEAD"))
        return
    # These need matplotlib, which the text alone does not.
    import charts
    import drawing

    made, seconds, command, published = pathlib.Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4]
    cells = []
    for name in ["results.json", "loopback.json"]:
        if (made / name).exists():
            cells += json.loads((made / name).read_text())["cells"]
    promises = json.loads((made / "promises.json").read_text())
    drawn = drawing.draw(charts.ALL, cells, made / "charts")
    (made / "report.md").write_text(report.text(cells, promises, about(seconds, command, published), drawn))


if __name__ == "__main__":
    main()
