"""Bundles before Python's zipfile and Info-ZIP's unzip, and bundles that Python's zipfile packs before the program."""

import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import jsonschema

from sample import BARE, ROOT, STSBENCH

RUN = ROOT / "tests/data/golden-runs/audit/run.json"
SCHEMAS = ROOT / "docs/reference/schemas"


def stsbench(*arguments):
    return subprocess.run([STSBENCH, *map(str, arguments)], env=BARE, capture_output=True, text=True, timeout=120)


class Bundle(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="stsbench-bundle-")
        self.addCleanup(self.place.cleanup)
        self.bundle = pathlib.Path(self.place.name) / "a.zip"
        done = stsbench("report", RUN, "--redact", "--bundle", self.bundle)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_ours_is_read_by_python_and_is_what_its_manifest_lists(self):
        with zipfile.ZipFile(self.bundle) as archive:
            self.assertIsNone(archive.testzip())
            manifest = json.loads(archive.read("manifest.json"))
            listed = {file["name"]: (file["bytes"], file["sha256"]) for file in manifest["files"]}
            names = [entry.filename for entry in archive.infolist()]
            self.assertEqual(names, [*sorted(listed), "manifest.json"])
            for name, expected in listed.items():
                data = archive.read(name)
                self.assertEqual((len(data), hashlib.sha256(data).hexdigest()), expected, name)
            self.assertEqual({entry.date_time for entry in archive.infolist()}, {(1980, 1, 1, 0, 0, 0)})
            self.assertEqual(json.loads(archive.read("run.json"))["redaction"], "identity")

    def test_the_redacted_run_in_it_fits_the_schemas(self):
        with zipfile.ZipFile(self.bundle) as archive:
            for name in ("run", "summary"):
                document = json.loads(archive.read(f"{name}.json"))
                jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text())).validate(document)

    def test_ours_is_read_by_unzip(self):
        if shutil.which("unzip") is None:
            self.skipTest("unzip is missing")
        done = subprocess.run(["unzip", "-t", self.bundle], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("No errors detected", done.stdout)

    def test_one_that_python_packed_is_shown_stored_and_deflated(self):
        with zipfile.ZipFile(self.bundle) as archive:
            files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        expected = stsbench("view", self.bundle, "--quiet")
        self.assertEqual(expected.returncode, 0, expected.stderr)
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            other = self.bundle.with_name(f"other{method}.zip")
            with zipfile.ZipFile(other, "w", method) as archive:
                archive.mkdir("charts")
                for name, data in reversed(files.items()):
                    archive.writestr(name, data)
            shown = stsbench("view", other, "--quiet")
            self.assertEqual((shown.returncode, shown.stdout), (0, expected.stdout), shown.stderr)

    def test_what_python_packs_otherwise_is_refused(self):
        with zipfile.ZipFile(self.bundle) as archive:
            files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        for method, word in ((zipfile.ZIP_BZIP2, "packed in a way"), (zipfile.ZIP_LZMA, "packed in a way")):
            other = self.bundle.with_name("other.zip")
            with zipfile.ZipFile(other, "w", method) as archive:
                for name, data in files.items():
                    archive.writestr(name, data)
            shown = stsbench("view", other)
            self.assertEqual((shown.returncode, shown.stdout), (2, ""))
            self.assertIn(word, shown.stderr)
            self.assertEqual(len(shown.stderr.splitlines()), 1)
