"""The three lines of docs/guide/emulator.md for the AWS CLI, exactly as they stand there."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from fleet import BARE, PEERS, STSBENCH

PAGE = pathlib.Path(__file__).parents[2] / "docs/guide/emulator.md"
# Whatever comes of the lines, the fleet that they have started ends with the shell.
BEFORE = "trap 'kill $!' EXIT\n"
AFTER = "stat -c %a fleet fleet/env fleet/ca.pem >&2; echo ${AWS_PROFILE-none} >&2; kill $!; wait $!; ls fleet >&2; trap - EXIT\n"


class ThreeLines(unittest.TestCase):
    def test_the_aws_cli_is_answered_by_the_lines_of_the_guide(self):
        section = PAGE.read_text().partition("# A simulated STS for other clients")[2]
        lines = section.partition("```sh\n")[2].partition("```")[0]
        self.assertEqual(lines.count("\n"), 3, lines)
        path = f"{pathlib.Path(STSBENCH).resolve().parent}:{PEERS.resolve()}:{os.environ['PATH']}"
        with tempfile.TemporaryDirectory(prefix="stsbench-readme-", suffix="it's a directory") as directory:
            done = subprocess.run(
                ["sh", "-euc", BEFORE + lines + AFTER], cwd=directory, timeout=120, capture_output=True, text=True,
                stdin=subprocess.DEVNULL, env=BARE | {"PATH": path, "AWS_PROFILE": "of-the-user"},
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            announced = json.loads((pathlib.Path(directory) / "fleet.jsonl").read_text().splitlines()[0])
        identity = json.loads(done.stdout)
        self.assertEqual(identity["Arn"], announced["credentials"][0]["arn"])
        self.assertEqual(done.stderr.split(), ["700", "600", "600", "none"], "private, without the profile, gone in the end")
