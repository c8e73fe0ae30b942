"""The simulated fleet as a process, and the books that its callers keep against its ledger."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
from collections import Counter

STSBENCH = os.path.abspath(os.environ["STSBENCH"])
PEERS = pathlib.Path(os.environ["PEERS"])

# What botocore and the AWS CLI see of the machine: nothing but this.
BARE = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "AWS_EC2_METADATA_DISABLED": "true"}

START_SECONDS = 20
END_SECONDS = 20


class Fleet:
    """`stsbench emulate` with a spec of its own; ended by its process id, whatever happens."""

    def __init__(self, spec):
        self.directory = tempfile.TemporaryDirectory(prefix="stsbench-fleet-")
        path = pathlib.Path(self.directory.name)
        (path / "fleet.toml").write_text(spec)
        self.process = subprocess.Popen(
            [STSBENCH, "emulate", "--fleet", path / "fleet.toml", "--until-stdin-ends"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=BARE, text=True,
        )
        try:
            self.about = self._line("fleet")
            self.endpoints = {}
            for _ in range(self.about["endpoints"]):
                endpoint = self._line("endpoint")
                self.endpoints[endpoint["name"]] = endpoint
        except BaseException:
            self.stop()
            raise
        self.ca_file = str(path / "ca.pem")
        pathlib.Path(self.ca_file).write_text(self.about["ca_pem"])
        self.credentials = self.about["credentials"][0]
        self.tally = Counter()
        self.steps = set()  # of the one-time passwords that it has been shown

    def _line(self, kind):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the fleet ended with {self.process.wait(START_SECONDS)} before its {kind} line")
        announcement = json.loads(line)
        if announcement["kind"] != kind:
            raise RuntimeError(f"expected a {kind} line: {line}")
        return announcement

    def environment(self, endpoint, transport="url", key=None, secret=None, token=None):
        """Variables under which an AWS client calls `endpoint` with the fleet's first user or the given credentials."""
        endpoint = self.endpoints[endpoint]
        variables = BARE | {
            "AWS_ENDPOINT_URL_STS": endpoint[transport],
            "AWS_CA_BUNDLE": self.ca_file,
            "AWS_REGION": endpoint["signing_region"],
            "AWS_DEFAULT_REGION": endpoint["signing_region"],
            "AWS_ACCESS_KEY_ID": key or self.credentials["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": secret or self.credentials["secret_access_key"],
            "AWS_MAX_ATTEMPTS": "1",
        }
        return variables | ({"AWS_SESSION_TOKEN": token} if token else {})

    def expect(self, endpoint, operation, result, times=1):
        """Writes down calls that the ledger has to show in the end."""
        self.tally[endpoint, operation, result] += times

    def end(self):
        """Ends the fleet by SIGTERM; its ledger."""
        self.process.send_signal(signal.SIGTERM)
        try:
            ledger = json.loads(self.process.stdout.read().splitlines()[-1])
            status = self.process.wait(END_SECONDS)
        finally:
            self.stop()
        if ledger.pop("kind") != "ledger" or status != 0:
            raise RuntimeError(f"the fleet ended with {status} and said {ledger}")
        return ledger["endpoints"]

    def stop(self):
        """Ends the fleet whatever it does; nothing if it has ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(END_SECONDS)
        self.process.stdin.close()
        self.process.stdout.close()
        self.directory.cleanup()


def entries(ledger):
    """A ledger in the form of a fleet's tally."""
    return Counter({
        (endpoint, operation, result): count
        for endpoint, page in ledger.items()
        for operation, results in page["results"].items()
        for result, count in results.items()
    })


class FleetCase:
    """Mixed into a test case: one fleet for the class, whose ledger has to agree with every call that its tests made."""

    SPEC = """
        link = "undelayed"
        endpoints = "global,eu-central-1"
    """

    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet(cls.SPEC)

    @classmethod
    def tearDownClass(cls):
        ledger = cls.fleet.end()
        seen, made = entries(ledger), cls.fleet.tally
        if seen != made:
            raise AssertionError(f"the books do not balance: seen beyond {seen - made}, missing {made - seen}")
        for name, page in ledger.items():
            if page["requests"] != sum(count for key, count in made.items() if key[0] == name):
                raise AssertionError(f"{name} counts {page['requests']} requests: {page}")
