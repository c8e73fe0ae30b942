"""A server of simulated windows and a Prometheus that scrapes it, both on loopback, for all tests of this directory."""

import atexit
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
STSBENCH = os.environ["STSBENCH"]
PROMETHEUS = pathlib.Path(os.environ["PROMETHEUS"])
GRAFANA = ROOT / "deploy/grafana"
BARE = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}
WINDOWS = 3


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def wait(what, done, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        found = done()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {seconds} s")
        time.sleep(0.2)


class Serving:
    """One server and one Prometheus, started once."""

    def __init__(self):
        home = tempfile.TemporaryDirectory(prefix="stsbench-prometheus-")
        atexit.register(home.cleanup)
        self.home = pathlib.Path(home.name)
        self.runs = self.home / "runs"
        self.address = self.serve()
        self.prometheus = self.scrape()

    def serve(self):
        options = (
            "serve --simulate --listen 127.0.0.1:0 --every 6s --vantage proof --region eu-central-1"
            " --endpoints global,eu-central-1,us-west-2 --operations get-caller-identity --rounds 24 --blocks 6 --warmup-rounds 1"
            " --rate-per-endpoint 20 --link bytes"
        ).split()
        gate = ["--gate", "p50(regional) <= 0.8 * p50(global)", "--out", str(self.runs)]
        with open(self.home / "serve.log", "wb") as log:
            process = subprocess.Popen([STSBENCH, *options, *gate], stdout=subprocess.DEVNULL, stderr=log, env=BARE, cwd=self.home)
        atexit.register(self.end, process)

        def address():
            said = (self.home / "serve.log").read_text()
            assert process.poll() is None, said
            return re.search(r"serving http://([0-9.:]+)/", said)

        return wait("the server", address)[1]

    def scrape(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        rules = json.dumps(str(GRAFANA / "alerts.yml"))
        (self.home / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: [{rules}]\n"
            "scrape_configs:\n"
            f"  - {{job_name: stsbench, static_configs: [{{targets: ['{self.address}']}}]}}\n"
        )
        arguments = [
            f"--config.file={self.home}/prometheus.yml",
            f"--storage.tsdb.path={self.home}/tsdb",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
        ]
        with open(self.home / "prometheus.log", "wb") as log:
            process = subprocess.Popen([PROMETHEUS / "prometheus", *arguments], stdout=log, stderr=log, env=BARE, cwd=self.home)
        atexit.register(self.end, process)
        base = f"http://127.0.0.1:{port}"

        def ready():
            assert process.poll() is None, (self.home / "prometheus.log").read_text()
            try:
                return get(f"{base}/-/ready")
            except OSError:
                return None

        wait("Prometheus", ready)
        return base

    @staticmethod
    def end(process):
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)

    def metrics(self):
        return get(f"http://{self.address}/metrics")

    def query(self, expression, at=None):
        asked = {"query": expression} | ({"time": f"{at:.3f}"} if at else {})
        answer = json.loads(get(f"{self.prometheus}/api/v1/query?{urllib.parse.urlencode(asked)}"))
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def measured(self):
        """Waits for so many windows that rates exist."""
        count = 'sum(stsbench_windows_total{result="success"})'

        def enough():
            found = self.query(count)
            return found and float(found[0]["value"][1]) >= WINDOWS and found

        return wait("the windows", enough, 90)


SERVING = None


def serving():
    global SERVING
    if SERVING is None:
        SERVING = Serving()
        SERVING.measured()
    return SERVING
