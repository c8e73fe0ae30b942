"""Whose keys a run calls with, against botocore on the same generated files and variables.

What the program uses is read off at a service on loopback: the id of the key and the token it was called with; a role is
assumed there too. botocore is asked the same in this process.
"""

import http.server
import os
import pathlib
import random
import re
import subprocess
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import botocore.exceptions
from botocore.session import Session

from fleet import STSBENCH

SEED = int(os.environ.get("STSBENCH_SEED", "20261128"))
CASES = 320
RUN_SECONDS = 60

ROLE = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>
<Arn>arn:aws:sts::111122223333:assumed-role/b/s</Arn><AssumedRoleId>AROAEXAMPLE0000000001:s</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>rolesecretrolesecretrolesecret</SecretAccessKey>
<SessionToken>ROLETOKEN</SessionToken><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>
<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>"""
PRINTS = """printf %%s '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s"}'"""
UNKNOWN = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>InvalidClientTokenId</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>"""


class Service(http.server.ThreadingHTTPServer):
    """Gives a role whose key shows which key asked for which role, and knows no caller; keeps what it was called with."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.caller = None
        self.role_region = None
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        key = re.search("Credential=([^/]*)", self.headers.get("authorization", "Credential=-/"))[1]
        if "Action=AssumeRole" in body:
            self.server.role_region = re.search("Credential=[^/]*/[^/]*/([^/]*)/", self.headers["authorization"])[1]
            status, text = 200, ROLE % f"ASIAROLE{key[-8:]}0000"
        else:
            status, text = 403, UNKNOWN
            self.server.caller = (key, self.headers.get("x-amz-security-token"))
        self.send_response(status)
        self.send_header("content-type", "text/xml")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Generator:
    """Pairs of files that people could have written, with a profile to ask for."""

    NAMES = ["default", "dev", "my prod", "größe", "a.b-c_d", "a(b)", "x=y", "corp/Admin@1", "it's"]

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.keys = 0

    def case(self):
        names = self.random.sample(self.NAMES, self.random.randint(1, 3))
        files = {}
        for file in ["config", "credentials"]:
            if self.random.random() < 0.75:
                files[file] = self.file(file, names)
        profile = self.random.choice(names) if self.random.random() < 0.7 else None
        # Without them Region and endpoint are those of the files. Where these name none, the service of this test stands in
        # for the real one.
        variables = {}
        if self.chance(0.5):
            variables |= {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1"}
        if self.chance(0.5) or "SERVICE" not in files.get("config", ""):
            variables["AWS_ENDPOINT_URL_STS"] = "SERVICE"
        return files, profile, variables

    def chance(self, share):
        return self.random.random() < share

    def file(self, file, names):
        lines = []
        if self.chance(0.15):
            lines += [self.random.choice(["# comment", "; comment", "", "   ", "  # deeper"])]
        for name in names + ([self.random.choice(names)] if self.chance(0.08) else []):
            lines += self.section(file, name, names)
        if file == "config":
            lines += ["[services own]", "sts =", "  endpoint_url = SERVICE"]
        if self.chance(0.1):
            lines += self.random.choice([
                ["[preview]", "cloudfront = true"], ["[services local]", "sts =", "  endpoint_url = http://127.0.0.1:1"],
                ["[sso-session x]", "sso_region = eu-central-1"], ["[plugins]", "cli_legacy_plugin_path = /x"],
                ["[odd] extra words", "x = 1"],
            ])
        end = self.random.choice(["\n"] * 6 + ["\r\n", "\r"])
        text = end.join(lines) + end
        return ("\ufeff" if self.chance(0.02) else "") + text

    def heading(self, file, name):
        quoted = f'"{name}"' if any(c in name for c in " '") or self.chance(0.3) else name
        if self.chance(0.05):
            quoted = name
        title = name if name == "default" and self.chance(0.8) else f"profile {quoted}"
        title = name if file == "credentials" else title
        return f"{' ' * self.chance(0.05)}[{title}]{self.random.choice([''] * 9 + [' ; note', ' # note', ' /* note */'])}"

    def section(self, file, name, names):
        self.keys += 1
        key, secret = f"AKIA{self.keys:08}GOOD", f"secret{self.keys:04}secretsecretsecret"
        settings = self.random.choice([
            [("aws_access_key_id", key), ("aws_secret_access_key", secret)],
            [("aws_access_key_id", key), ("aws_secret_access_key", secret)],
            [("aws_access_key_id", key), ("aws_secret_access_key", secret), ("aws_session_token", f"token{self.keys}")],
            [("aws_access_key_id", key), ("aws_secret_access_key", secret), ("aws_security_token", f"older{self.keys}")],
            [("aws_access_key_id", key)],
            [("region", "eu-west-1")],
            [("credential_process", PRINTS % (key, secret))],
            [("role_arn", "arn:aws:iam::111122223333:role/r"), ("source_profile", self.random.choice(names))],
            [("role_arn", "arn:aws:iam::111122223333:role/r"), ("source_profile", name),
             ("aws_access_key_id", key), ("aws_secret_access_key", secret)],
        ])
        if self.chance(0.3):
            settings = settings + [("region", "eu-central-1")]
        if file == "config" and self.chance(0.3):
            settings = settings + [self.random.choice([("endpoint_url", "SERVICE"), ("services", "own")])]
        if self.chance(0.1):
            settings = [("output", "json"), *settings]
        if self.chance(0.1):
            self.random.shuffle(settings)
        if self.chance(0.05):
            settings.append(settings[0])
        indentation = self.random.choice([""] * 4 + ["  ", "\t", "    "])
        lines = [self.heading(file, name)]
        for setting, value in settings:
            if self.chance(0.08):
                lines.append(self.random.choice(["", "  ", "# comment", indentation + "; comment"]))
            setting = setting.upper() if self.chance(0.05) else setting
            between = self.random.choice([" = "] * 6 + ["=", ":", " : ", "\t=\t"])
            lines.append(indentation + setting + between + value + self.random.choice([""] * 8 + ["  "]))
        if self.chance(0.1):
            lines += [indentation + "s3 =", indentation + "  max_concurrent_requests = 2"]
        if self.chance(0.03):
            lines += [self.random.choice(["words only", "= nothing"])]
        return lines


def environment(home, files, profile, more, service):
    # What is sent to AWS's own hosts ends at a proxy that is not there.
    variables = {
        "HOME": str(home), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", "LANG": "C.UTF-8",
        "HTTPS_PROXY": "http://127.0.0.1:1",
    }
    (home / ".aws").mkdir()
    for name, text in files.items():
        (home / ".aws" / name).write_bytes(text.replace("SERVICE", service.url).encode())
    variables |= {name: value.replace("SERVICE", service.url) for name, value in more.items()}
    return variables | ({"AWS_PROFILE": profile} if profile else {})


def of_botocore(variables, service):
    """((key id, token), Region that the role was asked in), None without any, or the error."""
    service.role_region = None
    with mock.patch.dict("os.environ", variables, clear=True):
        try:
            credentials = Session().get_credentials()
            if credentials is None:
                return None
            frozen = credentials.get_frozen_credentials()
        except botocore.exceptions.BotoCoreError as error:
            return error
    return ((frozen.access_key, frozen.token), service.role_region)


def of_stsbench(variables, service):
    service.caller = service.role_region = None
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [STSBENCH, "run", "--out", f"{directory}/out", "--endpoint-url", f"peer={service.url}", "--endpoints=peer",
             "--operations=get-caller-identity", "--progress=never"],
            env=variables, capture_output=True, text=True, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL, cwd=directory,
        )
    return service.caller and (service.caller, service.role_region), done.stderr


def answered(case):
    """What the program calls with in a case, and what it says."""
    service = Service()
    try:
        with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home:
            return of_stsbench(environment(pathlib.Path(home), *case, service), service)
    finally:
        service.shutdown()
        service.server_close()


class Credentials(unittest.TestCase):
    def test_generated_files_give_the_keys_that_botocore_uses(self):
        print(f"seed {SEED}, {CASES} cases", flush=True)
        generator = Generator(SEED)
        cases = [generator.case() for _ in range(CASES)]
        # botocore reads the process's environment, so it is asked alone and before.
        service = Service()
        expected = []
        for case in cases:
            with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home:
                expected.append(of_botocore(environment(pathlib.Path(home), *case, service), service))
        service.shutdown()
        service.server_close()
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            answers = list(pool.map(answered, cases))
        tally = {"same": 0, "both refuse": 0, "read where botocore gives up on the file": 0,
                 "us-east-1 where botocore wants a Region": 0, "own process": 0}
        for (files, profile, more), (used, said), oracle in zip(cases, answers, expected):
            with self.subTest(files=files, profile=profile, variables=more, botocore=repr(oracle), said=said):
                if isinstance(oracle, botocore.exceptions.ConfigParseError):
                    # One section that cannot be read, or is there twice, does not take the others with it.
                    tally["both refuse" if used is None else "read where botocore gives up on the file"] += 1
                elif isinstance(oracle, botocore.exceptions.NoRegionError):
                    self.assertEqual(used[1], "us-east-1")
                    tally["us-east-1 where botocore wants a Region"] += 1
                elif isinstance(oracle, botocore.exceptions.InfiniteLoopConfigError) and used:
                    # A profile that assumes its role with its own process.
                    self.assertIn("credential_process", "".join(files.values()))
                    tally["own process"] += 1
                elif oracle is None or isinstance(oracle, Exception):
                    self.assertIsNone(used)
                    tally["both refuse"] += 1
                else:
                    self.assertEqual(used, oracle)
                    tally["same"] += 1
                if used is None:
                    self.assertNotIn("secretsecret", said)
        print(tally, flush=True)
        self.assertGreater(tally["same"], CASES // 4)

