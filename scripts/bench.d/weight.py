"""What the program weighs: its size, the packages that it is built from, and what a first build costs beside oha's."""

import os
import pathlib
import subprocess

from process import Command, run
from rounds import Figure

WEIGHT = "weight"
BUILD = "build"

# Features by the name of what is built with them; the emulator is most of the difference.
FEATURES = {
    "default": [],
    "without simulate": ["--no-default-features", "--features", "client-reqwest,s3"],
}
BUILD_LIMIT_SECONDS = 3600


def packages(listing):
    """How many packages `cargo tree --prefix none` lists: one that several others need stands there again with (*)."""
    return len({line.removesuffix(" (*)") for line in listing.splitlines() if line})


def measure_weight(bench):
    """Sizes of the programs as they are built for a release, and the packages of stsbench."""
    for client, variable in [("stsbench", "STSBENCH"), ("oha", "OHA")]:
        _add(bench, WEIGHT, client, "program", os.path.getsize(os.environ[variable]), "bytes")
    for name, features in FEATURES.items():
        command = ["cargo", "tree", "--locked", "--offline", "--edges", "normal", "--prefix", "none", *features]
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        _add(bench, WEIGHT, _named(name), "packages", packages(listing), "packages")


def measure_build(bench):
    """A release build of stsbench and one of oha, each from an empty directory; then the size without the emulator."""
    ours, theirs = bench.directory / "build" / "stsbench", bench.directory / "build" / "oha"
    for number in range(bench.settings.builds):
        for name, directory in [("stsbench", ours), ("oha", theirs)][:: 1 if number % 2 == 0 else -1]:
            outcome = _build(_command(name), directory / f"round-{number}")
            _add(bench, BUILD, name, "cpu", outcome.cpu_seconds, "s", number)
            _add(bench, BUILD, name, "elapsed", outcome.seconds, "s", number)
            bench.say(f"{name}: {outcome.cpu_seconds / 60:.1f} min of CPU in {outcome.seconds / 60:.1f} min")
    lean, directory = "without simulate", ours / "round-0"
    _build(_command("stsbench") + FEATURES[lean], directory)
    _add(bench, BUILD, _named(lean), "program", os.path.getsize(directory / "target" / "release" / "stsbench"), "bytes")


def _command(name):
    if name == "stsbench":
        manifest = pathlib.Path.cwd() / "Cargo.toml"
        return ["cargo", "build", "--locked", "--offline", "--release", "--bin", "stsbench", "--manifest-path", manifest]
    # The version that was installed to be measured; its packages are here since then.
    version = pathlib.Path(os.environ["OHA"]).parents[1].name.removeprefix("oha-")
    return ["cargo", "install", "--locked", "--offline", "--version", version, "--root", "installed", "oha"]


def _build(command, directory):
    home = pathlib.Path.home()
    environment = {
        "CARGO_HOME": os.environ.get("CARGO_HOME", home / ".cargo"),
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", home / ".rustup"),
        "CARGO_TARGET_DIR": directory / "target",
    }
    environment = {name: str(value) for name, value in environment.items()}
    return run(Command(command, environment), directory, BUILD_LIMIT_SECONDS)


def _named(features):
    return "stsbench" if features == "default" else f"stsbench {features}"


def _add(bench, experiment, client, metric, value, unit, number=0):
    bench.rounds.add(Figure(experiment, number + 1, 1, client, metric, value, unit))
