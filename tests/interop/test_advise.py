"""Which endpoint each client calls in an environment: what the clients do, what is recorded of them, what `advise` says."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from clients import JAVASCRIPT
from fleet import BARE, PEERS, STSBENCH

HERE = pathlib.Path(__file__).parent
RECORDED = json.loads((HERE.parent / "data" / "clients" / "environments.json").read_text())
OLDER = pathlib.Path(os.environ["OLDER"])
SECONDS = 300

# By the identifier of `stsbench advise`. The AWS SDK for Rust is asked by tests/it/environments.rs.
CLIENTS = {
    "python": [PEERS / "python", HERE / "asked_python.py", "botocore"],
    "python-before-1.40": [OLDER / "python", HERE / "asked_python.py", "botocore"],
    "aws-cli-1": [PEERS / "python", HERE / "asked_python.py", "cli"],
    "aws-cli-1-before-1.42": [OLDER / "python", HERE / "asked_python.py", "cli"],
    "javascript-3": ["node", HERE / "javascript" / "asked.cjs", "3"],
    "javascript-2": ["node", HERE / "javascript" / "asked.cjs", "2"],
}


def in_short(called):
    """As it is recorded: a URL with the Region in the signature, or that nothing is called."""
    return f"{called['url']} {called['signing_region']}" if "url" in called else "error"


class Environments(unittest.TestCase):
    """Each environment is recorded with what every client called in it."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="stsbench-environments-")
        cls.environments = []
        for number, case in enumerate(RECORDED):
            home = pathlib.Path(cls.directory.name) / str(number)
            home.mkdir()
            for name in ["config", "credentials"]:
                (home / name).write_text(case[name])
            files = {"AWS_CONFIG_FILE": str(home / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials")}
            cls.environments.append(BARE | {"HOME": str(home)} | files | case["variables"])

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def test_there_are_enough_and_no_two_have_one_name(self):
        names = {case["environment"] for case in RECORDED}
        self.assertEqual(len(names), len(RECORDED))
        self.assertGreaterEqual(len(names), 40)

    def test_clients_call_what_is_recorded_of_them(self):
        keys = {"AWS_ACCESS_KEY_ID": "AKIAQYLPMN5HIEXAMPLE", "AWS_SECRET_ACCESS_KEY": "0" * 40}
        asked = json.dumps([environment | keys for environment in self.environments])
        for client, command in CLIENTS.items():
            with self.subTest(client=client):
                done = subprocess.run(
                    command, input=asked, env=BARE | {"MODULES": str(JAVASCRIPT.resolve())}, capture_output=True,
                    text=True, timeout=SECONDS,
                )
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.by_name(json.loads(done.stdout)), self.recorded(client))

    def test_advise_says_what_is_recorded_of_every_client(self):
        said = [self.advise(environment) for environment in self.environments]
        for client in [*CLIENTS, "rust"]:
            with self.subTest(client=client):
                self.assertEqual(self.by_name([calls[client] for calls in said]), self.recorded(client))

    def advise(self, environment):
        """What `stsbench advise` says that each client calls."""
        done = subprocess.run(
            [STSBENCH, "advise", "--format", "json"], env=environment, capture_output=True, text=True, timeout=SECONDS,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return {client["client"]: client["calls"] for client in json.loads(done.stdout)["clients"]}

    def by_name(self, called):
        self.assertEqual(len(called), len(RECORDED))
        return {case["environment"]: in_short(each) for case, each in zip(RECORDED, called)}

    def recorded(self, client):
        return {case["environment"]: case["called"][client] for case in RECORDED}
