"""As whom, where and for which Region a run calls, against botocore on the same generated configurations.

All that is sent arrives at a service on loopback: what is for AWS's own hosts through a proxy, with certificates of an authority
that `ca_bundle` and `AWS_CA_BUNDLE` can name. botocore is asked in this process.
"""

import collections
import dataclasses
import datetime
import hashlib
import http.server
import json
import os
import pathlib
import re
import socketserver
import ssl
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import botocore.exceptions
from botocore.credentials import SSOProvider
from botocore.session import Session
from botocore.tokens import SSOTokenProvider
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from configurations import SECRET, Generator
from fleet import STSBENCH
from test_credentials import ROLE, UNKNOWN

SEED = int(os.environ.get("STSBENCH_SEED", "20261201"))
CASES = int(os.environ.get("STSBENCH_CASES", "320"))
RUN_SECONDS = 90
REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"]

# What is refused on purpose, by its words; docs/reference/credentials.md has them all. Nobody is called then.
STRICTER = {
    "half of a pair": r"(aws_access_key_id|aws_secret_access_key) is missing",
    "no duration": r"its duration_seconds is no whole number from 900 to 43200",
    "no URL": r"endpoint_url of profile .*line \d+ of .*not a URL",
    "no services": r"its services section is not defined",
    "no Region": r"region of profile .*line \d+ of |not the name of a Region",
    "a URL and a variant": r"they exclude each other",
    "no key": r"line \d+ of .*the access key id is not 1 to 128 visible",
    "no token": r"line \d+ of .*the session token holds a blank",
    "no secret": r"line \d+ of .*the secret access key holds a control character",
    "only the profile": r"holds no credentials and no way to get them",
    "older places": r"AWS_CREDENTIAL_FILE found, and never read|BOTO_CONFIG found, and never read",
}
# What is read where botocore reads nothing, by its error.
LAXER = {
    "keys of variables beside a profile or file that is of no use": (Exception, r"(could not be found|Unable to parse config file).*AKIAOFVARIABLES00000"),
    "a role by its own process": (botocore.exceptions.InfiniteLoopConfigError, ""),
    "an sso_session that is not used": (botocore.exceptions.InvalidConfigError, "to use the SSO token provider but"),
    "an sso-session with other settings that differ": (botocore.exceptions.InvalidConfigError, "value for (?!sso_).* is inconsistent"),
    "a setting of STS where STS is not asked": (botocore.exceptions.InvalidSTSRegionalEndpointsConfigError, ""),
    "a ragged file, but for the section that cannot be read": (botocore.exceptions.ConfigParseError, ""),
    "a role that STS refuses": (botocore.exceptions.ParamValidationError, ""),
}
US_EAST_1 = {"AWS_DEFAULT_REGION": "us-east-1"}


def authority():
    """A certificate of an authority, and a context that serves AWS's hosts with a certificate of it."""
    name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    now = datetime.datetime.now(datetime.timezone.utc)
    hosts = ["*.amazonaws.com"] + [pattern for region in REGIONS for pattern in (
        f"*.{region}.amazonaws.com", f"*.sso.{region}.amazonaws.com", f"*.{region}.api.aws")]
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    found = []
    for subject, key in zip(["authority", "hosts"], keys):
        is_authority = subject == "authority"
        certificate = x509.CertificateBuilder(name("authority"), name(subject), key.public_key(), x509.random_serial_number(),
                                              now - datetime.timedelta(days=1), now + datetime.timedelta(days=30))
        certificate = certificate.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        if not is_authority:
            certificate = certificate.add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        found.append(certificate.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        file.write(found[1] + keys[1].private_bytes(*form))
        file.flush()
        context.load_cert_chain(file.name)
    return found[0], context


AUTHORITY, CONTEXT = authority()


class Service(http.server.ThreadingHTTPServer):
    """STS, the portal and a container at once, and a proxy to AWS's hosts, which it plays; keeps what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.forget()
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def forget(self):
        self.caller, self.asked = None, []

    def note(self, *what):
        if what not in self.asked:
            self.asked.append(what)

    def handle_error(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host = None

    def do_CONNECT(self):
        self.host = self.path.removesuffix(":443")
        self.server.note("reached", self.host)
        self.send_response(200)
        self.end_headers()
        self.connection = CONTEXT.wrap_socket(self.connection, server_side=True)
        self.close_connection = False
        self.rfile, self.wfile = self.connection.makefile("rb"), socketserver._SocketWriter(self.connection)

    def finish(self):
        super().finish()
        self.connection.close()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        body = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
        signed = re.search("Credential=([^/]*)/[^/]*/([^/]*)/", self.headers.get("authorization", ""))
        key, region = signed.groups() if signed else (None, None)
        action, token = body["Action"], self.headers.get("x-amz-security-token")
        if not action.startswith("AssumeRole"):
            self.server.caller = (key, token)
            return self.answer(403, UNKNOWN)
        session = re.sub(r"^(botocore-session-\d+|stsbench)$", "-", body["RoleSessionName"])
        # The AWS SDK ends a path with a slash.
        asked = (self.host or self.path.rstrip("/"), region, key, token, session, *[body.get(name) for name in ["RoleArn", "ExternalId", "DurationSeconds", "WebIdentityToken"]])
        self.server.note(action, *asked)
        # Whose role it is shows in its key.
        id_ = "ASIA" + hashlib.sha256(repr((action, key, body["RoleArn"])).encode()).hexdigest()[:16].upper()
        return self.answer(200, (ROLE % id_).replace("AssumeRoleRes", f"{action}Res"))

    def do_GET(self):
        self.server.note("GET", self.host or "", self.path.partition("?")[0])
        if "/federation/credentials" in self.path:
            keys = {"accessKeyId": "ASIAOFPORTAL00000000", "secretAccessKey": SECRET, "sessionToken": "t", "expiration": 2082758400000}
            return self.answer(200, json.dumps({"roleCredentials": keys}))
        return self.answer(200, json.dumps({"AccessKeyId": "ASIAOFCONTAINER00000", "SecretAccessKey": SECRET, "Token": "t", "Expiration": "2036-01-01T00:00:00Z"}))

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("content-type", "application/json" if text.startswith("{") else "text/xml")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def environment(home, configuration, service):
    """The variables, with the files written."""
    filled = lambda text: text.replace("<HOME>", home).replace("<SERVICE>", service.url)
    end = {"accessToken": "t", "expiresAt": "2036-01-01T00:00:00Z", "region": "eu-central-1", "startUrl": "https://example.invalid/start"}
    cache = [hashlib.sha1(name.encode()).hexdigest() for name in ["my session", "https://example.invalid/start"]]
    written = {"<HOME>/ca.pem": AUTHORITY, "<HOME>/token": b"a.web.token", "<HOME>/older": b"AWSAccessKeyId=AKIAOFOLDER000000000\nAWSSecretKey=x\n[Credentials]\naws_access_key_id=AKIAOFOLDER000000000\naws_secret_access_key=x\n"}
    written |= {f"<HOME>/.aws/sso/cache/{name}.json": json.dumps(end).encode() for name in cache} | configuration.files
    for path, contents in written.items():
        path = pathlib.Path(path.replace("<HOME>", home))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents.replace(b"<HOME>", home.encode()).replace(b"<SERVICE>", service.url.encode()))
    variables = {"HOME": home, "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", "LANG": "C.UTF-8", "HTTPS_PROXY": service.url}
    return variables | {name: filled(value) for name, value in configuration.variables.items()}


def of_botocore(configuration, more=None):
    """The Region, and the caller with what was asked before; or errors in their places."""
    with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home, Service() as service:
        variables = {"AWS_MAX_ATTEMPTS": "1"} | environment(home, configuration, service) | (more or {})
        # Looked up once, when botocore is loaded.
        cache = os.path.join(home, ".aws", "sso", "cache")
        providers = [mock.patch.object(provider, "_SSO_TOKEN_CACHE_DIR", cache) for provider in (SSOProvider, SSOTokenProvider)]
        with mock.patch.dict("os.environ", variables, clear=True), providers[0], providers[1]:
            def tried(call):
                try:
                    return call(Session(profile=configuration.profile))
                except Exception as error:
                    return error
            region = tried(lambda session: session.get_config_variable("region"))
            found = tried(lambda session: session.get_credentials() and session.get_credentials().get_frozen_credentials())
        if found and not isinstance(found, Exception):
            found = (found.access_key, found.token or None)
        return region, found, placed(service)


def placed(service):
    return [tuple(part.replace(service.url, "<SERVICE>") if isinstance(part, str) else part for part in asked) for asked in service.asked]


def of_stsbench(configuration):
    """The Region, the caller, what was asked before, and what was said."""
    with tempfile.TemporaryDirectory(prefix="stsbench-home-") as home, Service() as service:
        variables = environment(home, configuration, service)
        options = ["--profile", configuration.profile] if configuration.profile else []
        start = lambda *words: subprocess.run([STSBENCH, *words, *options], env=variables, capture_output=True, text=True,
                                              timeout=RUN_SECONDS, stdin=subprocess.DEVNULL, cwd=home, check=False)
        shown = start("config", "show", "--json")
        region = [it for it in json.loads(shown.stdout)["options"] if it["option"] == "region"][0] if shown.returncode == 0 else {}
        done = start("run", f"--out={home}/out", "--endpoint-url", f"peer={service.url}", "--endpoints=peer",
                     "--operations=get-caller-identity", "--progress=never")
        return region.get("value"), service.caller, placed(service), done.stderr


class Configurations(unittest.TestCase):
    def test_generated_configurations_count_as_for_botocore(self):
        print(f"seed {SEED}, {CASES} configurations", flush=True)
        generator = Generator(SEED)
        cases = [generator.configuration() for _ in range(CASES)]
        self.tally, self.kinds, self.refusals = collections.Counter(), collections.Counter(), collections.Counter()
        with ThreadPoolExecutor(max_workers=4 * os.cpu_count()) as pool:
            answers = pool.map(of_stsbench, cases)
            # botocore reads the process's environment, so it is asked alone.
            expected = [self.expected(case) for case in cases]
        for case, answer, (oracle, way) in zip(cases, answers, expected):
            texts = {path: text for path, text in case.files.items()}
            with self.subTest(files=texts, profile=case.profile, variables=case.variables, botocore=oracle, ours=answer[:3], said=answer[3]):
                self.judged(case, answer, oracle, way)
                self.kinds.update(case.kinds)
        print(dict(self.tally), flush=True)
        print(*self.refusals.most_common(), sep="\n", flush=True)
        print(dict(sorted(self.kinds.items())), flush=True)
        alike = self.tally["as botocore"] + self.tally["us-east-1 where no Region is named"]
        self.assertGreater(alike, CASES // 4)

    def expected(self, case):
        """What botocore does with the files as they stand, or else with what counts of them."""
        variables = {name: value for name, value in case.variables.items() if value}
        counting = dataclasses.replace(case, files=case.counting, variables=variables)
        oracle, way = of_botocore(case), "as botocore"
        gives_up = isinstance(oracle[1], botocore.exceptions.ConfigParseError)
        if (gives_up or case.has_empty) and counting != case:
            case, way = counting, "as botocore with what counts"
            oracle = of_botocore(case)
        if not oracle[0]:
            oracle, way = (None, *of_botocore(counting, US_EAST_1)[1:]), "us-east-1 where no Region is named"
        return oracle, way

    def judged(self, case, answer, oracle, way):
        region, used, asked, said = answer
        region_of_botocore, found, asked_by_botocore = oracle
        self.assertNotIn("secretsecret", said)
        if used is None:
            self.assertRegex(said, r"stsbench: |error: ")
            if found is None or isinstance(found, Exception):
                self.assertNotIn("internal error", said)
                self.tally["both refuse"] += 1
                self.refusals[type(found).__name__, re.sub(r"`.*?`|\d+|/\S+", "*", said.strip().splitlines()[-1])[:90]] += 1
                return
            reasons = [name for name, words in STRICTER.items() if re.search(words, said)]
            spoilt = re.search(r"line \d+ (begins|is|has|stands)", said) and way != "as botocore"
            self.assertTrue(reasons or spoilt, "refused without a reason that the page has")
            self.tally["stricter: " + (reasons or ["its own line cannot be read"])[0]] += 1
            return
        if isinstance(found, Exception):
            reasons = [name for name, (error, words) in LAXER.items() if isinstance(found, error) and re.search(words, str((found, used)))]
            if isinstance(found, botocore.exceptions.ConfigParseError) and "AKIAOFVARIABLES00000" not in used:
                self.assertIn("cannot be read; its section is left out", said)
            if isinstance(found, botocore.exceptions.InvalidSTSRegionalEndpointsConfigError):
                self.assertFalse([it for it in asked if it[0].startswith("AssumeRole")])
            self.assertTrue(reasons, "called where botocore does not, without a reason that the page has")
            self.tally["laxer: " + reasons[0]] += 1
            return
        self.assertEqual(used, found)
        self.assertEqual(asked, asked_by_botocore)
        if not isinstance(region_of_botocore, Exception) and "fips" not in str(region_of_botocore):
            self.assertEqual(region, region_of_botocore)
        for name in ["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"]:
            self.assertEqual(said.count(name), name in case.variables)
        self.assertLessEqual(said.count("set and not followed"), 2)
        self.tally[way] += 1
