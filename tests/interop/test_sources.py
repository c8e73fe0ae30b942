"""As whom a host calls where two sources of credentials are configured, how a credential_process is run, and which texts are
times: against botocore and dateutil, in processes of their own with the same variables and files.
"""

import datetime
import hashlib
import http.server
import itertools
import json
import os
import pathlib
import pty
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings
from concurrent.futures import ThreadPoolExecutor

import dateutil.parser

from fleet import STSBENCH
from test_credentials import PRINTS, ROLE, UNKNOWN

SEED = int(os.environ.get("STSBENCH_SEED", "20261129"))
TIMES = 160
RUN_SECONDS = 60
ARN = "arn:aws:iam::111122223333:role/"
SECRET = "secretsecretsecretsecret"

ORACLE = """
import json, sys
from botocore.session import Session
try:
    found = Session(profile=sys.argv[1] or None).get_credentials()
    print(json.dumps(found and found.get_frozen_credentials().access_key))
except Exception as error:
    print(json.dumps(None))
    print(repr(error), file=sys.stderr)
"""


def printed(key):
    return {"Code": "Success", "AccessKeyId": key, "SecretAccessKey": SECRET, "Token": "t", "Expiration": "2036-01-01T00:00:00Z"}


class Services(http.server.ThreadingHTTPServer):
    """STS, the portal, a container and an instance's metadata at once: each gives keys that name it."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.caller = None
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        action = re.search(r"Action=(\w+)", body)[1]
        if action.startswith("AssumeRole"):
            role = re.search("role%2F([a-z]+)", body)[1].upper()
            return self.answer(200, (ROLE % f"ASIAOF{role:0<14}").replace("AssumeRoleRes", f"{action}Res"))
        self.server.caller = re.search("Credential=([^/]*)", self.headers["authorization"])[1]
        return self.answer(403, UNKNOWN)

    def do_PUT(self):
        self.answer(200, "metadata-token", ("x-aws-ec2-metadata-token-ttl-seconds", "21600"))

    def do_GET(self):
        if "/federation/credentials" in self.path:
            role = {"accessKeyId": "ASIAOFPORTAL00000000", "secretAccessKey": SECRET, "sessionToken": "t", "expiration": 2082758400000}
            return self.answer(200, json.dumps({"roleCredentials": role}))
        if self.path == "/container":
            return self.answer(200, json.dumps(printed("ASIAOFCONTAINER00000")))
        return self.answer(200, "role" if self.path.endswith("/") else json.dumps(printed("ASIAOFMETADATA000000")))

    def answer(self, status, text, *headers):
        self.send_response(status)
        for name, value in [("content-type", "text/xml"), ("content-length", str(len(text))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Source:
    """Where credentials can be: variables, and lines of the profile in either file."""

    def __init__(self, name, variables=None, config="", credentials=""):
        self.name, self.variables, self.config, self.credentials = name, variables or {}, config, credentials

    def is_of_profile(self):
        return bool(self.config or self.credentials)


def keys(id_):
    return f"aws_access_key_id = {id_}\naws_secret_access_key = {SECRET}\n"


SOURCES = [
    Source("variables", {"AWS_ACCESS_KEY_ID": "AKIAOFVARIABLES00000", "AWS_SECRET_ACCESS_KEY": SECRET}),
    Source("keys in credentials", credentials=keys("AKIAOFCREDENTIALS000")),
    Source("keys in config", config=keys("AKIAOFCONFIG00000000")),
    Source("process", config=f"credential_process = {PRINTS % ('AKIAOFPROCESS0000000', SECRET)}\n"),
    Source("role", config=f"role_arn = {ARN}profile\nsource_profile = base\n"),
    Source("sso", config="sso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n"),
    Source("web identity of variables", {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token", "AWS_ROLE_ARN": f"{ARN}variables"}),
    Source("web identity of profile", config=f"role_arn = {ARN}web\nweb_identity_token_file = HOME/token\n"),
    Source("container", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVICE/container"}),
    Source("metadata", {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "SERVICE"}),
]
SESSION = "[sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://example.invalid/start\n"


def environment(home, service):
    return {
        "HOME": str(home), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL_STS": service.url,
        "AWS_ENDPOINT_URL_SSO": service.url, "AWS_DEFAULT_REGION": "eu-central-1", "AWS_REGION": "eu-central-1", "LANG": "C.UTF-8",
        "HTTPS_PROXY": "http://127.0.0.1:1",
    }


def written(home, files):
    for name, text in files.items():
        path = pathlib.Path(home) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def stsbench(variables, service, *options, **how):
    """The key that the service is called with, and what the program says."""
    service.caller = None
    with tempfile.TemporaryDirectory() as directory:
        command = [STSBENCH, "run", "--out", f"{directory}/out", "--endpoint-url", f"peer={service.url}", "--endpoints=peer",
                   "--operations=get-caller-identity", "--progress=never", *options]
        how = {"capture_output": True, "stdin": subprocess.DEVNULL} | how
        done = subprocess.run(command, env=variables, text=True, timeout=RUN_SECONDS, cwd=directory, check=False, **how)
    return service.caller, done.stderr


def botocore(variables, profile=""):
    done = subprocess.run([sys.executable, "-c", ORACLE, profile], env=variables, capture_output=True, text=True,
                          timeout=RUN_SECONDS, stdin=subprocess.DEVNULL, check=True)
    return json.loads(done.stdout), done.stderr


def both(case):
    """What the program and what botocore call with."""
    sources, way = case
    name = "default" if way == "default" else "dev"
    heading = "[default]" if name == "default" else f"[profile {name}]"
    with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home, Services() as service:
        lines = {line: None for source in sources for line in source.config.splitlines()}
        session = hashlib.sha1(b"s").hexdigest()
        written(home, {
            ".aws/config": "\n".join([heading, *lines, SESSION, "[profile base]", keys("AKIAOFBASE0000000000")]).replace("HOME", home),
            ".aws/credentials": f"[{name}]\n" + "".join(source.credentials for source in sources),
            f".aws/sso/cache/{session}.json": json.dumps({"accessToken": "t", "expiresAt": "2036-01-01T00:00:00UTC"}),
            "token": "a.web.token",
        })
        variables = environment(home, service)
        for source in sources:
            variables |= {key: value.replace("SERVICE", service.url).replace("HOME", home) for key, value in source.variables.items()}
        if way == "AWS_PROFILE":
            variables["AWS_PROFILE"] = name
        by_option = way == "--profile"
        used = stsbench(variables, service, *(["--profile", name] if by_option else []))
        return used, botocore(variables, name if by_option else "")


class Order(unittest.TestCase):
    def test_of_every_two_sources_the_one_counts_that_botocore_takes(self):
        cases = list(itertools.product(itertools.combinations(SOURCES, 2), ["default", "AWS_PROFILE", "--profile"]))
        # Two roles in one profile are one, which the second of two lines names.
        cases = [case for case in cases if {"role", "web identity of profile"} != {source.name for source in case[0]}]
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            answers = list(pool.map(both, cases))
        alike = 0
        for (sources, way), ((used, said), (oracle, why)) in zip(cases, answers):
            with self.subTest(sources=[source.name for source in sources], way=way, said=said, botocore=why):
                of_profile = [source for source in sources if source.is_of_profile()]
                if way == "--profile" and not of_profile:
                    # On purpose: who asks for a profile is not called as somebody else.
                    self.assertIsNone(used)
                    continue
                self.assertEqual(used, oracle)
                alike += 1
                passed_over = [source for source in sources if source.name != "metadata"]
                self.assertEqual("also configured, and not used" in said, len(passed_over) == 2)
        print(f"{alike} of {len(cases)} pairs as botocore", flush=True)


SHOWS = """import json, os, sys
open(os.path.join(os.environ["HOME"], "seen"), "w").write(json.dumps([sys.argv[1:], dict(os.environ)]))
print(json.dumps({"Version": 1, "AccessKeyId": "AKIAOFPROCESS0000000", "SecretAccessKey": "secretsecretsecretsecret"}))
"""
ASKS = """import json, sys
sys.stderr.write("MFA code: "); sys.stderr.flush()
code = sys.stdin.readline().strip()
print(json.dumps({"Version": 1, "AccessKeyId": "AKIAOFCODE" + code, "SecretAccessKey": "secretsecretsecretsecret"}))
"""


class Process(unittest.TestCase):
    def test_arguments_and_environment_are_those_of_botocore_without_the_keys_of_others(self):
        own = {"MYKEY": "x", "AWS_VAULT_BACKEND": "pass", "OP_SESSION": "y", "GPG_TTY": "/dev/x", "DISPLAY": ":0", "PASSWORD_STORE_DIR": "/p"}
        keys_of_others = {"AWS_ACCESS_KEY_ID": "AKIAOFVARIABLES00000", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": "t"}
        for words in ["https://idp.example.com/start?app=1&role=2", '--arg "team #1" --json', "pa$$word `id` $HOME", "a;b (c) | d > e",
                      "'it''s' \"a\\\"b\" c\\ d", "~/x *.y {a,b}", "--x= =y '' \"\"", "größe \ttab"]:
            with self.subTest(words), tempfile.TemporaryDirectory(prefix="stsbench-home-") as home, Services() as service:
                line = f"credential_process = {sys.executable} {home}/shows.py {words}\n"
                written(home, {"shows.py": SHOWS, ".aws/config": f"[profile dev]\n{line}"})
                variables = environment(home, service) | own | keys_of_others
                seen = []
                for run in [lambda: stsbench(variables, service, "--profile", "dev")[0], lambda: botocore(variables, "dev")[0]]:
                    self.assertEqual(run(), "AKIAOFPROCESS0000000")
                    seen.append(json.loads((pathlib.Path(home) / "seen").read_text()))
                (ours, our_variables), (theirs, their_variables) = seen
                self.assertEqual(ours, theirs)
                self.assertEqual(our_variables, {name: value for name, value in their_variables.items() if name not in keys_of_others})

    def test_a_process_may_ask_on_the_terminal(self):
        with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home, Services() as service:
            written(home, {"asks.py": ASKS, ".aws/config": f"[default]\ncredential_process = {sys.executable} {home}/asks.py\n"})
            own, terminal = pty.openpty()
            os.write(own, b"1234567890\n")
            used, _ = stsbench(environment(home, service), service, capture_output=False, stdin=terminal, stderr=terminal,
                               stdout=subprocess.DEVNULL)
            shown = os.read(own, 65536).decode()
            self.assertEqual(used, "AKIAOFCODE1234567890")
            self.assertIn("MFA code: ", shown)

    def test_a_log_gets_nothing_that_a_process_says(self):
        with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home, Services() as service:
            written(home, {".aws/config": "[default]\ncredential_process = sh -c 'echo canary >&2; exit 7'\n"})
            used, said = stsbench(environment(home, service), service)
            self.assertIsNone(used)
            self.assertNotIn("canary", said)
            self.assertIn("exit status: 7", said)


class Moments:
    """Texts that people and programs write for a moment, and some that are none."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        pick = self.random.choice
        # In the past, so that the program tells the moment that it has read by how long ago it was.
        at = datetime.datetime(self.random.randint(2002, 2024), self.random.randint(1, 12), self.random.randint(1, 28),
                               self.random.randint(0, 23), self.random.randint(0, 59), self.random.randint(0, 59))
        day = at.strftime(pick(["%Y-%m-%d"] * 4 + ["%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%a, %d %b %Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y",
                                "%m/%d/%Y", "%d.%m.%Y", "%b %d %Y", "%A %d %b %y", "%y-%m-%d", "%d %b", "%Y-%m", "%Y"]))
        time = at.strftime(pick(["%H:%M:%S"] * 4 + ["%H%M%S", "%H:%M", "%H%M", "%H", "%I:%M %p", "%I%p", "%Hh%Mm%Ss", "%H:%M:%S.123456",
                                 "%H:%M:%S,5", "%H h %M m", ""]))
        zone = pick(["Z"] * 4 + ["UTC", " UTC", "GMT", " GMT", "+0000", "-0000", "+00:00", "+05:30", "-0800", "+01", " -0300 (BRST)", "z", "utc",
                                 "GMT+3", " UTC-5", "EST", "EST+5", "", " +0200", "+123", "X"])
        between = pick(["T", "T", "T", " ", "t", ", ", "  ", " at ", "-"])
        return pick([day + between + time + zone] * 8 + [time + zone + " " + day, time + " " + day + zone, "soon", day + "T" + time + zone + " x"])


def of_dateutil(text):
    """Seconds since 1970; None for what the AWS CLI cannot compare with its clock."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            moment = dateutil.parser.parse(text)
            return moment.timestamp() if moment.utcoffset() is not None else None
        except (ValueError, OverflowError):
            return None


def of_stsbench(text, zone=None):
    """Seconds since 1970 of the end that a process prints, None when it is not read, True when it is to come."""
    return told(text, zone)[0]


def told(text, zone=None):
    """The same, and what was said."""
    with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home, Services() as service:
        answer = {"Version": 1, "AccessKeyId": "AKIAOFPROCESS0000000", "SecretAccessKey": SECRET, "Expiration": text}
        written(home, {"answer": json.dumps(answer), ".aws/config": f"[default]\ncredential_process = cat {home}/answer\n"})
        used, said = stsbench(environment(home, service) | ({"TZ": zone} if zone else {}), service)
    if used:
        return True, said
    ended = re.search(r"expired at (\S+Z)\b", said)
    if not ended:
        assert "Expiration that is not readable" in said or "name of a time zone" in said, said
        return None, said
    return datetime.datetime.fromisoformat(ended[1]).timestamp(), said


class Times(unittest.TestCase):
    def test_every_text_is_the_moment_that_dateutil_reads(self):
        print(f"seed {SEED}, {TIMES} texts", flush=True)
        moments = Moments(SEED)
        texts = [moments.text() for _ in range(TIMES)]
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            answers = list(pool.map(of_stsbench, texts))
        read = 0
        for text, ours in zip(texts, answers):
            theirs = of_dateutil(text)
            with self.subTest(text, ours=ours, theirs=theirs):
                if ours is True:
                    self.assertGreater(theirs, datetime.datetime.now(datetime.timezone.utc).timestamp() - 60)
                elif theirs is None or ours is None:
                    self.assertEqual(ours, theirs)
                else:
                    self.assertAlmostEqual(ours, theirs, delta=1)
                read += ours is not None
        print(f"{read} read, {TIMES - read} refused by both", flush=True)
        self.assertGreater(read, TIMES // 3)

    def test_of_named_zones_utc_alone_is_read_wherever_the_machine_is(self):
        zone = "CET-1CEST,M3.5.0,M10.5.0/3"
        before = os.environ.get("TZ")
        os.environ["TZ"] = zone
        time.tzset()
        try:
            for name in ["UTC", "GMT", "Z"]:
                text = f"2020-07-01T00:00:00{name}"
                self.assertAlmostEqual(of_stsbench(text, zone), of_dateutil(text), delta=1)
            # The machine's own zone: another moment on another machine.
            for text in ["2020-01-01T00:00:00CET", "2020-07-01T00:00:00CEST"]:
                self.assertIsNotNone(of_dateutil(text))
                moment, said = told(text, zone)
                self.assertIsNone(moment)
                self.assertIn("an Expiration with the name of a time zone; read are UTC, GMT, Z, and offsets such as +01:00", said)
            # Any other: neither.
            self.assertIsNone(of_dateutil("2020-01-01T00:00:00EST"))
            self.assertIn("name of a time zone", told("2020-01-01T00:00:00EST", zone)[1])
        finally:
            os.environ.pop("TZ")
            if before is not None:
                os.environ["TZ"] = before
            time.tzset()
