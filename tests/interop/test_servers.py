"""Servers that are not AWS's: what is signed for a path and a Region of the user's choice, recomputed by botocore."""

import csv
import http.server
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fleet import BARE, END_SECONDS, STSBENCH

RUN_SECONDS = 120
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
ANSWER = (
    f'<GetCallerIdentityResponse xmlns="{NAMESPACE}"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/any</Arn>'
    "<UserId>AIDAEXAMPLEUSERID0001</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
)
AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})")


class Server(http.server.ThreadingHTTPServer):
    """Keeps path, credential scope and whether botocore computes the same signature."""

    def __init__(self, key, secret):
        super().__init__(("127.0.0.1", 0), Handler)
        self.key, self.secret, self.seen = key, secret, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        scope, names, signature = AUTHORIZATION.match(self.headers["authorization"]).groups()
        key, _, region, service, _ = scope.split("/")
        signed = {name: self.headers[name] for name in names.split(";")}
        request = AWSRequest("POST", f"http://{self.headers['host']}{self.path}", data=body, headers=signed)
        request.context["timestamp"] = self.headers["x-amz-date"]
        signer = SigV4Auth(Credentials(self.server.key, self.server.secret), service, region)
        expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        self.server.seen.append((key, self.path, region, signature == expected))
        answer = ANSWER.format(f"{len(self.server.seen):08}-0000-4000-8000-000000000000").encode()
        self.send_response(200)
        self.send_header("content-type", "text/xml")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class ServersOfOthers(unittest.TestCase):
    def test_keys_paths_and_signing_regions_are_signed_as_botocore_signs_them(self):
        for client in ["hyper", "reqwest"]:
            for key, secret in [("test", "test"), ("minioadmin", "pass word é")]:
                for more, path, region in [("", "/", "us-east-1"), ("/sts/minio@zone-1", "/sts/minio", "zone-1"), ("/~a.b_c-d/@eu-west-1", "/~a.b_c-d/", "eu-west-1")]:
                    with self.subTest(client=client, key=key, more=more), Server(key, secret) as server:
                        done = subprocess.run(
                            [
                                STSBENCH, "run", "--endpoint-url", f"local=http://localhost:{server.server_port}{more}", "--endpoints", "local",
                                "--operations", "get-caller-identity", "--client", client, "--out", "-", "--rounds", "2", "--blocks", "2",
                                "--warmup-rounds", "0", "--rate-per-endpoint", "10",
                            ],
                            env=BARE | {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret},
                            capture_output=True, text=True, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL,
                        )
                        self.assertIn(done.returncode, (0, 3), done.stderr + done.stdout)
                        self.assertGreater(len(server.seen), 4)
                        self.assertEqual(set(server.seen), {(key, path, region, True)})


class Emulate:
    """Vercel's emulator of AWS (npm: emulate) on a free loopback port: one request handler written by nobody here, at /sts/."""

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/sts/"
        self.process = subprocess.Popen(
            ["node", pathlib.Path(os.environ["JAVASCRIPT"], "node_modules", "emulate", "dist", "index.js"), "--service", "aws", "--port", str(port)],
            env=BARE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return self
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError("emulate did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(END_SECONDS)


class EmulatorOfOthers(unittest.TestCase):
    def test_a_server_of_another_language_is_measured_cold_and_warm_and_what_it_lacks_is_named(self):
        rounds = 16
        for client in ["hyper", "reqwest"]:
            with self.subTest(client=client), Emulate() as server, tempfile.TemporaryDirectory() as directory:
                out = pathlib.Path(directory, "out")
                done = subprocess.run(
                    [
                        STSBENCH, "run", "--endpoint-url", f"emulate={server.url}", "--endpoints", "emulate", "--client", client,
                        "--rounds", str(rounds), "--rate-per-endpoint", "10", "--out", out,
                    ],
                    env=BARE | {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"},
                    capture_output=True, text=True, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL,
                )
                self.assertIn(done.returncode, (0, 3), done.stderr + done.stdout)
                with open(out / "summary.csv", newline="") as file:
                    rows = {(row["operation"], row["connection"]): row for row in csv.DictReader(file)}
                for connection in ["cold", "warm"]:
                    self.assertEqual(rows["get-caller-identity", connection]["succeeded"], str(rounds))
                    self.assertEqual(rows["get-session-token", connection]["succeeded"], "0", "it has no GetSessionToken")
                # On a busy machine warnings of its own take the lines of the screen.
                full = subprocess.run(
                    [STSBENCH, "report", out, "--full"], env=BARE, capture_output=True, text=True, timeout=RUN_SECONDS,
                    stdin=subprocess.DEVNULL,
                )
                self.assertIn("InvalidAction", full.stdout)
