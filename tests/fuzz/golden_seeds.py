"""Writes the seeds of bundles and stores, made of a saved run. Python's zipfile packs them, which is not the program's writer.

    PYTHONDONTWRITEBYTECODE=1 python3 tests/fuzz/golden_seeds.py
"""

import hashlib
import io
import json
import pathlib
import zipfile

HERE = pathlib.Path(__file__).parent
RUN = (HERE.parent / "data/golden-runs/few-answers/run.json").read_bytes()
TOOL = {"name": "stsbench", "version": "0.1.0"}
SAVED = json.loads(RUN)


def listed(files):
    """What a manifest says of files."""
    return [{"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()]


def bundle(files, method=zipfile.ZIP_DEFLATED, mode=0o100644, manifest=None):
    """A ZIP file of these files with their manifest."""
    packed = io.BytesIO()
    entries = files | {"manifest.json": json.dumps(manifest or {"schema_version": 1, "tool": TOOL, "files": listed(files)}).encode()}
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, (2026, 11, 29, 6, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = method, mode << 16, 3
            archive.writestr(entry, data)
    return packed.getvalue()


def stored(run=RUN, **other):
    """A run's manifest in a store, a zero byte, the run."""
    manifest = {"schema_version": 1, "tool": TOOL, "run_id": SAVED["run_id"], "vantage": SAVED["vantage"]["name"],
                "started_at": SAVED["started_at"], "files": listed({"run.json": RUN})} | other
    return json.dumps(manifest).encode() + b"\0" + run


SEEDS = {
    "program_bundle": {
        "run": bundle({"run.json": RUN}),
        "with-text": bundle({"run.json": RUN, "README.txt": b"text"}, zipfile.ZIP_STORED),
        "no-run": bundle({"report.md": b"text"}),
        "elsewhere": bundle({"../run.json": b"{}", "run.json": b"{}"}),
        "link": bundle({"run.json": b"/etc/passwd"}, mode=0o120777),
        "other-manifest": bundle({"run.json": b"{}"}, manifest={"schema_version": 2, "tool": {"name": "x"}, "files": "\n"}),
        "empty": bundle({})[-22:],
        "text": b"PK\x03\x04 and no more",
    },
    "program_store": {
        "run": stored(),
        "changed": stored(RUN.replace(b'"issued":', b'"issued": ', 1)),
        "missing": stored(files=[]),
        "elsewhere": stored(files=[{"name": "../run.json", "bytes": 1, "sha256": "0" * 64}]),
        "of-another": stored(run_id="20250128-134033-00000000"),
        "huge": stored(files=[{"name": "run.json", "bytes": 2**63, "sha256": ""}]),
        "no-manifest": b"\0{}",
    },
}

for target, seeds in SEEDS.items():
    for name, data in seeds.items():
        path = HERE / "corpus" / target / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
