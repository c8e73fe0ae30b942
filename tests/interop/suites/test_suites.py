"""moto's tests of its STS and botocore's functional tests of its STS client, against the simulated fleet.

Each test passes, or stands in the table of deviations with what comes instead and why.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as Xml

from fleet import BARE, Fleet, entries
from suites.deviations import BOTOCORE, MOTO, PASSED
from suites.neutral import EVERYTHING, neutralised

SUITES = pathlib.Path(os.environ["SUITES"])
INTEROP = pathlib.Path(__file__).parents[1]
SECONDS = 300


def outcomes(directory, plugin, fleets, *paths):
    """What pytest says of each test: None if it passed, else the message of its failure."""
    with tempfile.TemporaryDirectory() as kept:
        report = pathlib.Path(kept, "report.xml")
        done = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-p", f"suites.{plugin}", "-p", "no:cacheprovider", "--quiet", "--rootdir", directory,
                "--junit-xml", report, *paths,
            ],
            env=BARE | {
                "PYTHONPATH": f"{directory}:{INTEROP}", "PYTHONDONTWRITEBYTECODE": "1", "FLEETS": json.dumps(fleets),
                "TEST_SERVER_MODE": "true", "AWS_DEFAULT_REGION": "us-east-1", "PEERS": os.environ["PEERS"],
                "JAVASCRIPT": os.environ["JAVASCRIPT"], "STSBENCH": os.environ["STSBENCH"],
            },
            cwd=directory, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL,
        )
        if not report.exists():
            raise AssertionError(done.stdout + done.stderr)
        cases = Xml.parse(report).getroot().iter("testcase")
        return {f"{case.get('classname').rpartition('.')[2]}.{case.get('name')}": failure(case) for case in cases}


def failure(case):
    for kind in ["failure", "error", "skipped"]:
        found = case.find(kind)
        if found is not None:
            return f"{kind}: {found.get('message')}"
    return None


class Suite:
    """Mixed into the test of one suite."""

    maxDiff = None

    def check(self, outcomes, deviations):
        """Every test passes but those that deviate, and each of these as it is written down; how many pass."""
        deviate = {name: message for name, message in outcomes.items() if message is not None}
        for deviation in deviations:
            found = [name for name in deviate if re.sub(r"^.*\.|\[.*", "", name) in deviation.tests]
            with self.subTest(deviation.tests):
                self.assertEqual(len(found), deviation.count or len(deviation.tests), found)
                for name in found:
                    self.assertRegex(deviate[name], deviation.pattern, name)
            for name in found:
                del deviate[name]
        self.assertEqual(deviate, {}, "these neither pass nor deviate as it is written down")
        return sum(message is None for message in outcomes.values())


ACCOUNT, OTHER = "123456789012", "111111111111"


def trusting(partition, condition=""):
    return (
        f'{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"AWS": "arn:{partition}:iam::{ACCOUNT}:root"}}, '
        f'"Action": "sts:AssumeRole"{condition}}}}}'
    )


def world(partition, endpoints):
    """A fleet file with what moto's tests make by IAM."""
    everything = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}'
    users = "".join(
        f"[[users]]\naccount = '{ACCOUNT}'\nname = '{name}'\npolicy = '{everything}'\n" for name in ["moto", "new-user", "testuser"]
    )
    external = ', "Condition": {"StringEquals": {"sts:ExternalId": "test-external-id"}}'
    roles = [(ACCOUNT, "test-role", ""), (ACCOUNT, "new-user", ""), (OTHER, "my-role", external)]
    written = "".join(
        f"[[roles]]\naccount = '{account}'\nname = '{name}'\ntrust = '{trusting(partition, condition)}'\n" for account, name, condition in roles
    )
    accounts = "".join(f"[[accounts]]\nid = '{account}'\npartition = '{partition}'\n" for account in [ACCOUNT, OTHER])
    return f"link = 'undelayed'\nendpoints = '{endpoints}'\n{accounts}{users}{written}"


class Moto(Suite, unittest.TestCase):
    WORLDS = {"aws": "us-east-1,us-west-2", "aws-cn": "cn-north-1,cn-northwest-1", "aws-iso-b": "us-isob-east-1"}

    def test_moto_s_tests_pass_or_deviate_as_it_is_written_down(self):
        fleets = {}
        for partition, endpoints in self.WORLDS.items():
            fleet = Fleet(world(partition, endpoints))
            self.addCleanup(fleet.stop)
            keys = {one["arn"].rpartition("/")[2]: (one["access_key_id"], one["secret_access_key"]) for one in fleet.about["credentials"]}
            urls = {name: endpoint["url"] for name, endpoint in fleet.endpoints.items()}
            fleets[partition] = {"keys": keys, "urls": urls, "ca_file": fleet.ca_file}
        with tempfile.TemporaryDirectory(prefix="stsbench-moto-") as directory:
            folder, used = pathlib.Path(directory, "moto_tests"), set()
            folder.mkdir()
            for module in (SUITES / "moto" / "tests" / "test_sts").glob("test_*.py"):
                source, found = neutralised(module.read_text())
                (folder / module.name).write_text(source)
                used |= found
            self.assertEqual(used, EVERYTHING, "a constant that moto's tests no longer have")
            passed = self.check(outcomes(directory, "on_moto", fleets, folder), MOTO)
        self.assertEqual(passed, PASSED["moto"])


class Botocore(Suite, unittest.TestCase):
    SPEC = f"""
        link = "undelayed"
        endpoints = "global,us-east-1,us-west-2,ap-east-1,cn-north-1,fips:us-west-2,dualstack:us-west-2"
        [[accounts]]
        id = "{ACCOUNT}"
        [[accounts]]
        id = "{OTHER}"
        partition = "aws-cn"
        [[users]]
        account = "{ACCOUNT}"
        name = "caller"
        [[users]]
        account = "{OTHER}"
        name = "caller"
    """

    def test_botocore_s_functional_tests_pass_or_deviate_as_it_is_written_down(self):
        fleet = Fleet(self.SPEC)
        self.addCleanup(fleet.stop)
        ports = {}
        for endpoint in fleet.endpoints.values():
            (host, _, tls), (_, _, plaintext) = (endpoint[name].rpartition(":") for name in ["address", "plaintext_address"])
            ports[host] = {"443": int(tls), "80": int(plaintext)}
        keys = {one["arn"].split(":")[1]: (one["access_key_id"], one["secret_access_key"]) for one in fleet.about["credentials"]}
        given = {"keys": keys, "ports": ports, "dns": fleet.about["dns"], "ca_file": fleet.ca_file}
        suite = (SUITES / "botocore").resolve()
        passed = self.check(outcomes(suite, "on_botocore", {"aws": given}, suite / "tests" / "functional" / "test_sts.py"), BOTOCORE)
        self.assertEqual(passed, PASSED["botocore"])
        # Every one that passes was answered by the fleet, but the one that makes a URL and sends nothing.
        answered = {key: count for key, count in entries(fleet.end()).items() if key[1:] == ("GetCallerIdentity", "ok")}
        self.assertEqual(sum(answered.values()), passed - 1, answered)
