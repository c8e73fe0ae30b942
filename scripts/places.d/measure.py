"""Measuring from the places of a world through Slurm, and what the program makes of the store."""

import json
import os

from lab import STSBENCH, run
from tools import BARE, TOOLS

ENDPOINTS = "global,eu-central-1,us-east-1,ap-northeast-1"
OPTIONS = "--operations get-caller-identity --connections cold --rounds 24 --charts none"
# The program's own exit codes for a run that is saved: done, and numbers that a busy machine has made invalid.
SAVED = ("0:0", "3:0")


def program_of_a_node(world):
    """`stsbench` as a node of the simulated world has it: its place decides what the emulator answers. PLACE_CLOCK shifts its clock."""
    regions = "".join(f"{place}) region={region};;\n" for place, region in world.places.items())
    path = world.directory / "stsbench"
    path.write_text(
        "#!/bin/sh\n"
        f"case $SLURMD_NODENAME in\n{regions}*) exit 99;;\nesac\n"
        "command=$1; shift\n"
        # Durations stay true: a clock that is wrong goes on all the same.
        'if [ -n "$PLACE_CLOCK" ]; then set -- "$@"; export FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1; fi\n'
        f'exec ${{PLACE_CLOCK:+faketime -f "$PLACE_CLOCK"}} {STSBENCH} "$command" --simulate "$region" --emulator {world.announced} "$@"\n')
    path.chmod(0o755)
    return path


def submit(slurm, *places, store, options=OPTIONS, endpoints=ENDPOINTS, variables=None, sbatch=""):
    return slurm.submit(
        *places, options=f"--endpoints {endpoints} {options}", sbatch=sbatch,
        variables={"STSBENCH_PROGRAM": str(program_of_a_node(slurm.world)), "STSBENCH_STORE": str(store)} | (variables or {}))


def matrix(store, *arguments, check=True, variables=None):
    return run(STSBENCH, "matrix", store, *arguments, env=BARE | (variables or {}), check=check)


def rows(store, *arguments, variables=None):
    """The rows of a matrix in JSON, by vantage."""
    found = json.loads(matrix(store, "--format", "json", *arguments, variables=variables).stdout)
    return {row["vantage"]: row for row in found["places"]}


def wrong_cells(world, found, tolerance_ms, service_ms=1.0):
    """Every cell whose p50 is not two round trips (TLS and request; the bytes' link does not delay TCP's) and the service time."""
    wrong = []
    for place in world.places:
        cells = {cell["endpoint"]: cell for cell in found[place]["endpoints"]}
        for endpoint in world.endpoints:
            rtt, served_by = world.distance(place, endpoint)
            least = 2 * rtt + service_ms * 0.8
            p50 = cells[endpoint]["p50_ns"] / 1e6
            if not least <= p50 <= least + tolerance_ms:
                wrong.append(f"{place} {endpoint}: {p50:.1f} ms, given {rtt:.1f} ms twice")
            if list(cells[endpoint]["served_by"]) != [served_by]:
                wrong.append(f"{place} {endpoint}: served by {cells[endpoint]['served_by']}, not {served_by}")
    return wrong
