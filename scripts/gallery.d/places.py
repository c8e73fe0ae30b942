"""Composes runs of twelve places from one simulated run, for the picture of a matrix: places.py RUN DIRECTORY.

Seen from another place, an endpoint has the series of that endpoint of the run whose distance is the most alike. So each
number was measured, at the simulated fleet, and twelve places need no measurement of their own.
"""

import copy
import csv
import json
import math
import sys
from pathlib import Path

# A name, its Region, the Region that serves the global endpoint there, and the day.
PLACES = [
    ("frankfurt", "eu-central-1", "us-east-1", 22),
    ("dublin", "eu-west-1", "us-east-1", 22),
    ("london", "eu-west-2", "us-east-1", 23),
    ("paris", "eu-west-3", "us-east-1", 23),
    ("stockholm", "eu-north-1", "us-east-1", 24),
    ("virginia", "us-east-1", "us-east-1", 24),
    ("ohio", "us-east-2", "us-east-1", 24),
    ("oregon", "us-west-2", "us-west-2", 25),
    ("sao-paulo", "sa-east-1", "us-east-1", 25),
    ("mumbai", "ap-south-1", "ap-south-1", 26),
    ("tokyo", "ap-northeast-1", "ap-northeast-1", 26),
    ("sydney", "ap-southeast-2", "us-east-1", 27),
]


def coordinates():
    path = Path(__file__).parent.parent / "data/region-coordinates.csv"
    with path.open() as rows:
        return {row["region"]: (float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(rows)}


def distance(one, other):
    (a, b), (c, d) = [[math.radians(angle) for angle in place] for place in (one, other)]
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * math.asin(math.sqrt(half))


def main(run, out):
    known = coordinates()
    saved = json.loads(Path(run).read_text())
    home = saved["vantage"]["simulation"]["region"]
    targets = saved["plan"]["targets"]
    series = {int(one["target"]): one for one in saved["series"]}
    regional = sorted({target["endpoint"]["name"] for target in targets} - {"global"})
    key = lambda name, target: (name, target["call"]["operation"], target["connection"])
    numbers = {key(target["endpoint"]["name"], target): number for number, target in enumerate(targets)}
    for name, region, served_by, day in PLACES:
        far = lambda other: abs(distance(known[home], known[other]) - wanted)
        source = {}
        for endpoint in ["global", *regional]:
            wanted = distance(known[region], known[served_by if endpoint == "global" else endpoint])
            source[endpoint] = min(regional, key=far)
        place = copy.deepcopy(saved)
        place["series"] = []
        for number, target in enumerate(targets):
            endpoint = target["endpoint"]["name"]
            # The global endpoint of home is the same as us-east-1's, measured by itself.
            origin = "global" if endpoint == "global" and source[endpoint] == "us-east-1" else source[endpoint]
            one = copy.deepcopy(series[numbers[key(origin, target)]])
            one["target"] = type(saved["series"][0]["target"])(number)
            one["served_by"] = {served_by if endpoint == "global" else endpoint: sum(one["served_by"].values())}
            place["series"].append(one)
        simulation = place["vantage"]["simulation"]
        delays = {delay["endpoint"]: delay for delay in simulation["injected"]}
        simulation["injected"] = [{**delays[source[endpoint]], "endpoint": endpoint} for endpoint in delays]
        simulation["region"] = region
        simulation.pop("requests_seen", None)
        place["vantage"] = {"name": name, "simulation": simulation}
        place["started_at"] = f"2026-11-{day}T06:00:00Z"
        place["run_id"] = f"202611{day}-060000-{name}"
        folder = Path(out) / name
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps(place))


main(*sys.argv[1:])
