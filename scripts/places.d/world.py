"""Measures a simulated world through Slurm, 12 places and 18 endpoints, and draws it: world.py DIRECTORY.

What is left there: the matrix as pictures and as CSV, and the distances that the emulator was given.
"""

import csv
import os
import pathlib
import platform
import re
import shutil
import sys

from lab import ROOT, STSBENCH, Slurm, World, run
from measure import SAVED, matrix, rows, submit, wrong_cells
from tools import BARE

# A place, its Region, and whether the global endpoint is served there, as AWS does for those who ask Amazon's resolver.
PLACES = [
    ("frankfurt", "eu-central-1", False),
    ("dublin", "eu-west-1", False),
    ("london", "eu-west-2", True),
    ("paris", "eu-west-3", False),
    ("stockholm", "eu-north-1", False),
    ("virginia", "us-east-1", False),
    ("ohio", "us-east-2", True),
    ("oregon", "us-west-2", True),
    ("sao-paulo", "sa-east-1", False),
    ("mumbai", "ap-south-1", False),
    ("tokyo", "ap-northeast-1", True),
    ("sydney", "ap-southeast-2", False),
]
SERVICE_MS = 4.0
# What a call takes beyond two round trips and the service: two handshakes' arithmetic on this machine.
TOLERANCE_MS = 8.0
ATTEMPTS = 4


def measure(slurm, store):
    """Every place, again where a busy machine has made the numbers invalid or wide."""
    missing = [place for place, _, _ in PLACES]
    for _ in range(ATTEMPTS):
        job = submit(
            slurm, *missing, store=store, endpoints="global,default",
            options="--operations get-caller-identity --connections cold --rounds 48 --rate-per-endpoint 3 --charts none",
            # One at a time: twelve at once would measure this machine.
            sbatch=f"--array=0-{len(missing) - 1}%1")
        tasks = slurm.finish(job, seconds=900)
        assert all(task["ExitCode"] in SAVED for task in tasks.values()), slurm.output(job)
        found = rows(store)
        wrong = {cell.split()[0] for cell in wrong_cells(slurm.world, found, TOLERANCE_MS, SERVICE_MS)}
        missing = [place for place, row in found.items() if row["decision"] == "not-shown" or place in wrong]
        if not missing:
            return found
    wrong = wrong_cells(slurm.world, found, TOLERANCE_MS, SERVICE_MS)
    raise AssertionError(f"not shown: {missing}; {len(wrong)} wrong: {wrong[:9]}")


def said_by(*command):
    return run(*command, cwd=ROOT, check=False).stdout.strip()


def machine():
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"


README = """# A simulated world of {day}

Twelve places and the 18 default endpoints, measured against one emulator that answers each place as seen from its Region: not a
measurement of AWS. The distances are injected; the picture shows what the instrument makes of them. Four of the places have the global
endpoint in their own Region, as AWS serves it through Amazon's resolver; for the others it is in us-east-1.

| | |
|-|-|
| command | `scripts/places --world reports/{name}` |
| scheduler | Slurm {slurm}: one array job, twelve nodes in network namespaces with addresses of their own, one at a time |
| version | {version}, commit {commit} |
| machine | {machine} |

`matrix-light.png` and `matrix-dark.png` are the picture, `matrix.csv` and `matrix.json` its numbers, [matrix.md](matrix.md) the table.
`fleet.toml` is what the emulator was given, and `distances.csv` what followed from it. `scripts/places` holds every number of the picture
against those distances, and the distances against geography.
"""


def write(world, store, out):
    out.mkdir(parents=True, exist_ok=True)
    (out / "README.md").write_text(README.format(
        day=out.name.removesuffix("-places"), name=out.name, slurm="{}.{:02}".format(*Slurm.release()),
        version=said_by(STSBENCH, "--version"), commit=said_by("git", "rev-parse", "--short=12", "HEAD"), machine=machine()))
    for name, ending in {"csv": "csv", "json": "json", "markdown": "md"}.items():
        (out / f"matrix.{ending}").write_text(matrix(store, "--format", name).stdout)
    for theme in ("light", "dark"):
        run(STSBENCH, "chart", store, "--kind", "matrix", "--theme", theme, "--out", out / f"matrix-{theme}.png", env=BARE)
    shutil.copy(world.fleet, out / "fleet.toml")
    for picture in out.glob("*.png"):
        picture.chmod(0o644)
    with (out / "distances.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["vantage", "region", "endpoint", "served_by", "round_trip_ms"])
        for place, region in world.places.items():
            for endpoint in sorted(world.endpoints):
                rtt, served_by = world.distance(place, endpoint)
                table.writerow([place, region, endpoint, served_by, f"{rtt:.6f}"])


def main(out):
    world = World(
        {place: region for place, region, _ in PLACES}, "global,default", service_ms=SERVICE_MS,
        local=[place for place, _, is_local in PLACES if is_local])
    try:
        slurm = Slurm(world)
        store = world.directory / "store"
        store.mkdir()
        measure(slurm, store)
        write(world, store, pathlib.Path(out))
    finally:
        world.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
