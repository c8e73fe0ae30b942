"""The picture of a simulated world in reports/: every number of it against the distances that the emulator was given, and those against
geography, computed here anew."""

import csv
import json
import math
import unittest

from lab import ROOT
from world import PLACES, SERVICE_MS, TOLERANCE_MS

[REPORT] = sorted((ROOT / "reports").glob("*-places"))[-1:]
# crates/sts-emulator/src/config/geography.rs states these with their sources.
OWN_REGION_MS, INFLATION, FIBRE_KM_PER_SECOND, EARTH_KM = 3.0, 1.79, 299_792.458 / 1.468, 6371.0


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def kilometres(one, other):
    (a, b), (c, d) = [[math.radians(angle) for angle in place] for place in (one, other)]
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


class Picture(unittest.TestCase):
    def setUp(self):
        self.given = {(row["vantage"], row["endpoint"]): row for row in table(REPORT / "distances.csv")}
        self.places = {place["vantage"]: place for place in json.loads((REPORT / "matrix.json").read_text())["places"]}
        self.shown = {(name, cell["endpoint"]): cell for name, place in self.places.items() for cell in place["endpoints"]}

    def test_it_shows_twelve_places_and_eighteen_endpoints(self):
        self.assertEqual({vantage for vantage, _ in self.shown}, {place for place, _, _ in PLACES})
        self.assertEqual(len(self.shown), 12 * 18)
        self.assertEqual(set(self.given), set(self.shown))

    def test_the_distances_are_those_of_geography(self):
        known = {
            row["region"]: (float(row["latitude"]), float(row["longitude"]))
            for row in table(ROOT / "scripts/data/region-coordinates.csv")}
        for (vantage, endpoint), row in self.given.items():
            with self.subTest(f"{vantage} {endpoint}"):
                km = kilometres(known[row["region"]], known[row["served_by"]])
                expected = OWN_REGION_MS if row["region"] == row["served_by"] else max(1.0, 2e3 * km / FIBRE_KM_PER_SECOND * INFLATION)
                self.assertAlmostEqual(float(row["round_trip_ms"]) / expected, 1, delta=0.01)

    def test_the_global_endpoint_is_served_where_it_was_said_to_be(self):
        for place, region, is_local in PLACES:
            self.assertEqual(self.given[place, "global"]["served_by"], region if is_local else "us-east-1")

    def test_every_p50_is_two_round_trips_and_the_service_time(self):
        for key, row in self.shown.items():
            with self.subTest(" ".join(key)):
                p50, least = row["p50_ns"] / 1e6, 2 * float(self.given[key]["round_trip_ms"]) + 0.9 * SERVICE_MS
                self.assertGreaterEqual(p50, least)
                self.assertLessEqual(p50, least + TOLERANCE_MS)
                self.assertEqual(list(row["served_by"]), [self.given[key]["served_by"]])
                self.assertEqual(row["failed"], 0)

    def test_every_decision_follows_from_the_distances(self):
        for place, region, is_local in PLACES:
            gain = float(self.given[place, "global"]["round_trip_ms"]) - float(self.given[place, region]["round_trip_ms"])
            self.assertEqual(self.places[place]["decision"], "set-it" if gain > 5 else "no-need", place)
            self.assertTrue(self.places[place]["simulated"])

    def test_the_table_has_the_same_numbers(self):
        for row in table(REPORT / "matrix.csv"):
            self.assertEqual(int(row["p50_ns"]), self.shown[row["vantage"], row["endpoint"]]["p50_ns"])


if __name__ == "__main__":
    unittest.main()
