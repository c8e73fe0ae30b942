"""This program's own JSON before its published schemas (docs/reference/schemas): saved runs, summaries, comparisons, a run of today."""

import copy
import json
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

from sample import BARE, ROOT, STSBENCH

SCHEMAS = ROOT / "docs/reference/schemas"
GOLDEN = ROOT / "tests/data/golden-runs"


def schema(name):
    return json.loads((SCHEMAS / f"{name}.json").read_text())


def strict(part):
    """The same schema, which also refuses what it does not list: what the program writes has to be documented."""
    if isinstance(part, list):
        return [strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: strict(value) for key, value in part.items()}
    if "object" in part.get("type", ()) and "properties" in part:
        made.setdefault("additionalProperties", False)
    return made


def validator(name, make=lambda part: part):
    return jsonschema.Draft202012Validator(make(schema(name)))


def saved_runs():
    files = [path for path in GOLDEN.rglob("*.json") if "expected" not in path.parts]
    return [path for path in files if "series" in json.loads(path.read_text())]


def told(*arguments):
    done = subprocess.run([STSBENCH, *map(str, arguments)], env=BARE, capture_output=True, timeout=120)
    return json.loads(done.stdout)


class Schemas(unittest.TestCase):
    def holds(self, name, document, whose):
        for error in validator(name, strict).iter_errors(document):
            self.fail(f"{whose}: {error.json_path}: {error.message[:300]}")

    def test_the_schemas_are_schemas(self):
        names = sorted(path.stem for path in SCHEMAS.iterdir())
        self.assertEqual(names, ["comparison", "matrix", "run", "summary", "trend"])
        for name in names:
            jsonschema.Draft202012Validator.check_schema(schema(name))

    def test_every_saved_run_is_as_the_schema_says(self):
        runs = saved_runs()
        self.assertGreater(len(runs), 30)
        for path in runs:
            self.holds("run", json.loads(path.read_text()), path)

    def test_every_summary_is_as_the_schema_says(self):
        for path in sorted(GOLDEN.glob("*/run.json")):
            self.holds("summary", told("report", path, "--format=json"), path)
            self.holds("summary", told("report", path, "--format=json", "--margin=5%,0ms"), path)

    def test_every_comparison_is_as_the_schema_says(self):
        pair = [GOLDEN / f"pair-{side}/run.json" for side in ("baseline", "candidate")]
        gate = "--gate=p50(candidate)<=1.05*p50(baseline)"
        self.holds("comparison", told("compare", *pair, "--format=json", gate), "side by side")
        history = GOLDEN / "history"
        self.holds("comparison", told("compare", "--history", history / "earlier", history / "run.json", "--format=json"), "history")
        self.holds("matrix", told("matrix", GOLDEN, "--format=json"), "matrix")
        self.holds("trend", told("trend", history / "earlier", history / "run.json", "--format=json"), "trend")

    def test_a_run_of_today_is_as_the_schemas_say(self):
        with tempfile.TemporaryDirectory(prefix="stsbench-schemas-") as directory:
            out = pathlib.Path(directory) / "out"
            subprocess.run(
                [STSBENCH, "run", "--simulate", "--link=undelayed", "--endpoints=global,eu-central-1", "--rounds=16", "--blocks=4",
                 "--operations=get-caller-identity,assume-role", "--rate-per-endpoint=20", "--seed=1", "--quiet", f"--out={out}",
                 "--gate=p(50)<10s", "--twin=eu-central-1"],
                env=BARE, capture_output=True, timeout=120)
            for name in ("run", "summary"):
                self.holds(name, json.loads((out / f"{name}.json").read_text()), f"{name}.json of today")

    def test_a_document_that_lacks_something_or_has_it_otherwise_is_refused(self):
        run = json.loads((GOLDEN / "audit/run.json").read_text())
        summary = told("report", GOLDEN / "audit/run.json", "--format=json")
        for name, document in (("run", run), ("summary", summary)):
            judge = validator(name)
            for key in schema(name)["required"]:
                broken = {other: value for other, value in document.items() if other != key}
                self.assertFalse(judge.is_valid(broken), f"{name} without {key}")
            changes = {
                "run": [("elapsed_ns", -1), ("completion", "done"), ("started_at", "yesterday"), ("series", {}), ("schema_version", 2)],
                "summary": [("simulated", "yes"), ("checks", [{}]), ("targets", [{"endpoint": 1}]), ("schema", "stsbench-comparison")],
            }
            for key, value in changes[name]:
                broken = copy.deepcopy(document) | {key: value}
                self.assertFalse(judge.is_valid(broken), f"{name} with {key} = {value}")
            later = document | {"of_a_later_version": 1}
            self.assertTrue(judge.is_valid(later), "readers bear what later versions add")


if __name__ == "__main__":
    unittest.main()
