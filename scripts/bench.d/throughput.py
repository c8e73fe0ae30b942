"""Requests per second and CPU per request of the simulated fleet and of moto's STS, by wrk, in alternating rounds.

wrk sends one call, signed by botocore just before, over kept connections; a signature is good for fifteen minutes. The
fleet verifies it each time, moto as it comes does not. CPU is that of the server's process alone, kernel included.
"""

import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fleet import BARE, STSBENCH, Fleet

HERE = pathlib.Path(__file__).parent
CONNECTIONS = 16
START_SECONDS = 60
END_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")

# Neither distance nor work nor a limit: what is left is the program.
SPEC = """
link = "undelayed"
endpoints = "us-east-1"
quota = { requests_per_second = 1000000, burst = 1000000 }
""" + "".join(
    f"[service_time.{operation}]\nmedian_ms = 0\nsigma = 0\n"
    for operation in ["get-caller-identity", "get-session-token", "assume-role"]
)

VERSION = "Version=2011-06-15"
CALLS = {
    "GetCallerIdentity": f"Action=GetCallerIdentity&{VERSION}",
    "GetSessionToken": f"Action=GetSessionToken&{VERSION}&DurationSeconds=900",
    "AssumeRole": f"Action=AssumeRole&{VERSION}&RoleSessionName=bench"
                  "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fsimulated",
}

# moto's application as `moto_server` makes it, in a server that speaks HTTP/1.1 and keeps connections.
WAITRESS = """
import logging, sys, waitress
from moto.server import DomainDispatcherApplication, create_backend_app
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
waitress.serve(DomainDispatcherApplication(create_backend_app), host="127.0.0.1", port=int(sys.argv[1]), threads=8)
"""


@dataclass
class Server:
    """A process that answers at `url`; the rounds that were measured, by call."""

    name: str
    url: str
    process: subprocess.Popen
    keys: Credentials
    rounds: dict = field(default_factory=dict)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def moto(name, *command):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*command, str(port)], env=BARE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    server = Server(name, f"http://127.0.0.1:{port}", process, Credentials("AKIAIOSFODNN7EXAMPLE", "anything"))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    end(process)
    raise RuntimeError(f"{name} did not start within {START_SECONDS} s")


def end(process):
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(END_SECONDS)


def sealed(server, call):
    request = AWSRequest("POST", server.url + "/", data=CALLS[call], headers={
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    })
    SigV4Auth(server.keys, "sts", "us-east-1").add_auth(request)
    return request


def warm_up(server):
    """Every call once: moto loads what it needs only then."""
    for call in CALLS:
        request = sealed(server, call)
        asked = urllib.request.Request(request.url, request.data.encode(), dict(request.headers.items()))
        urllib.request.urlopen(asked, timeout=START_SECONDS).read()


def measure(server, call, seconds):
    request = sealed(server, call)
    headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    before = server.cpu_seconds()
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", HERE / "throughput.lua", server.url + "/"],
        env=BARE | {"BODY": CALLS[call], "HEADERS": headers}, capture_output=True, text=True, check=True, timeout=seconds + 60,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    used = server.cpu_seconds() - before
    if said["refused"] or not said["requests"]:
        raise RuntimeError(f"{server.name} has not answered {call}: {said}")
    said |= {"per_second": said["requests"] / said["seconds"], "cpu_us": used / said["requests"] * 1e6}
    server.rounds.setdefault(call, []).append(said)


def table(servers):
    """Medians, with the least and the most of the rounds."""
    yield "| call | server | requests/s | CPU per request, µs | p50, ms | p99, ms | failed |"
    yield "|---|---|---|---|---|---|---|"
    for call in CALLS:
        for server in servers:
            rounds = server.rounds[call]
            of = lambda name: [each[name] for each in rounds]
            middle = statistics.median
            speed, cost = of("per_second"), of("cpu_us")
            yield (
                f"| {call} | {server.name} | {middle(speed):,.0f} ({min(speed):,.0f}–{max(speed):,.0f}) "
                f"| {middle(cost):,.0f} ({min(cost):,.0f}–{max(cost):,.0f}) "
                f"| {middle(of('p50_ms')):.2f} | {middle(of('p99_ms')):.2f} | {sum(of('failed'))} |"
            )


def main(seconds, rounds):
    fleet = Fleet(SPEC)
    started = []
    try:
        own = fleet.credentials
        ours = Server(
            "stsbench emulate", fleet.endpoints["us-east-1"]["plaintext_url"], fleet.process,
            Credentials(own["access_key_id"], own["secret_access_key"]),
        )
        peers = pathlib.Path(os.environ["PEERS"])
        servers = [ours]
        for name, command in [
            ("moto in waitress", [sys.executable, "-c", WAITRESS]),
            ("moto_server", [peers / "moto_server", "-p"]),
        ]:
            servers.append(moto(name, *command))
            started.append(servers[-1].process)
        for server in servers:
            warm_up(server)
        for turn in range(rounds):
            # Who goes first changes, so that nobody always has the machine as another has left it.
            for call in CALLS:
                for position in range(len(servers)):
                    measure(servers[(turn + position) % len(servers)], call, seconds)
    finally:
        for process in started:
            end(process)
        fleet.end()
    versions = [subprocess.run([STSBENCH, "--version"], capture_output=True, text=True).stdout.strip()]
    versions += [line for line in subprocess.run(
        [peers / "pip", "list", "--format=freeze", "--disable-pip-version-check"], capture_output=True, text=True,
    ).stdout.splitlines() if line.startswith(("moto==", "waitress==", "Werkzeug==", "werkzeug=="))]
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    print(f"{rounds} rounds of {seconds} s, {CONNECTIONS} connections, plaintext; load average at the end {load}")
    print(f"{'; '.join(versions)}; Python {platform.python_version()}; Linux {platform.release()}; {os.cpu_count()} cores")
    print("\n".join(table(servers)))


main(int(sys.argv[1]), int(sys.argv[2]))
