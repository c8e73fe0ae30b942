"""stsbench and other load generators, in turns, before the same server: who takes part, the order, the report."""

import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import cost
import machine
import memory
import omission
import report
import weight
import wire
from arguments import arguments, settings
from clients import Stsbench, StsbenchUserSpace
from peers import Ab, Autocannon, H2load, Hey, K6, Oha, OhaCorrected, OhaSigning, Wrk
from rounds import Rounds
from server import Nginx
from turns import Run


def clients():
    """Everyone who takes part; where their programs are is said by the caller's environment."""
    return {
        "ours": Stsbench(os.environ["STSBENCH"]),
        "user space": StsbenchUserSpace(os.environ["STSBENCH"]),
        "open": [Oha(os.environ["OHA"]), K6(os.environ["K6"]), Hey(), H2load(),
                 Autocannon(os.environ["AUTOCANNON"])],
        "closed": [Wrk(), Ab()],
        "signing": OhaSigning(os.environ["OHA"]),
        "corrected": OhaCorrected(os.environ["OHA"]),
    }


def measure(run, taking_part, only):
    """The experiments that were asked for, each with those who can take part in it."""
    ours, open_loop, closed = taking_part["ours"], taking_part["open"], taking_part["closed"]
    everyone = [ours, *open_loop, *closed]
    steps = [
        ({"accuracy", "lateness"}, "accuracy and lateness", wire.measure, [ours, taking_part["user space"], *open_loop]),
        ({"cpu"}, "CPU per request", cost.measure_cpu, [*everyone, taking_part["signing"], taking_part["user space"]]),
        ({"omission"}, "a server that freezes", omission.measure, [ours, taking_part["corrected"], *open_loop]),
        ({"memory"}, "memory over time", memory.measure, [ours, *open_loop]),
        ({"growth"}, "from one endpoint to many", cost.measure_growth, [ours]),
        ({"startup"}, "starts", cost.measure_startup, everyone),
        ({"weight"}, "size and packages", weight.measure_weight, []),
        ({"build"}, "first builds", weight.measure_build, []),
    ]
    for names, title, step, who in steps:
        if not names & set(only):
            continue
        begun = time.monotonic()
        run.say(f"-- {title}")
        run.clients = who
        step(run)
        run.say(f"-- {title}: {time.monotonic() - begun:.0f} s")


def main():
    """Measures, then writes the report as a whole or not at all."""
    asked = arguments(sys.argv[1:])
    chosen = settings(asked)
    taking_part = clients()
    rounds = Rounds()
    begun = time.monotonic()
    # So that the server is ended as well when this is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="stsbench-bench-") as scratch:
        scratch = pathlib.Path(scratch)
        with Nginx(scratch / "nginx", plain=chosen.growth_endpoints) as server:
            run = Run(chosen, server, [], rounds, scratch)
            measure(run, taking_part, asked.only)
        everyone = [taking_part["ours"], *taking_part["open"], *taking_part["closed"]]
        about = machine.about() + [("length", f"{(time.monotonic() - begun) / 60:.0f} minutes"),
                                   ("command", "scripts/bench " + " ".join(sys.argv[1:]))]
        made = scratch / "report"
        made.mkdir()
        rounds.write(made / "rounds.csv")
        # Not before: it would sit in memory, and in every fork, all the while.
        import charts

        drawn = charts.draw(rounds, asked.only, made)
        text = report.text(rounds, chosen, asked, about, machine.programs(everyone), run, drawn)
        (made / "report.md").write_text(text)
        made.chmod(0o755)
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, asked.out)
    run.say(f"{asked.out}/report.md")


if __name__ == "__main__":
    main()
