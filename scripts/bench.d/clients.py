"""What a client has to be able to do to take part, and stsbench as one of them."""

import csv
import dataclasses
import json
import pathlib
import subprocess

from matching import Record
from process import Command
from quantiles import quantile

BODY = "Action=GetCallerIdentity&Version=2011-06-15"
CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
KEY = "AKIAIOSFODNN7EXAMPLE"
# The secret of AWS's own documentation; nothing here checks what is signed with it.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
# What peers send in place of a signature of their own: as long as ours.
FIXED_HEADERS = {
    "x-amz-date": "20260101T000000Z",
    "authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/sts/aws4_request, "
                     f"SignedHeaders=content-type;host;x-amz-date, Signature={'0123456789abcdef' * 4}",
}
# The code of a run that did measure and says that its figures must not be used.
INVALID = 3
# The schedule pauses for longer than this while the connections of its second half are opened, and never otherwise.
PAUSE_SECONDS = 0.1
SHARES = {"p50": 0.5, "p99": 0.99, "p999": 0.999}


@dataclasses.dataclass(frozen=True)
class Load:
    """What one measurement asks of a client. Without a rate it is a closed loop: each connection calls again at once."""

    urls: tuple
    connections: int
    seconds: float
    ca_file: str
    rate: float | None = None


class Client:
    """A load generator. Those that cannot do a thing return None for its command."""

    name = ""
    # Whether every request is signed by itself.
    signs = False
    # Whether it can be asked for a single request.
    single = True

    def greeting(self):
        """The arguments with which it only says its version."""
        raise NotImplementedError

    def version(self):
        """One line."""
        return first_line(*self.greeting())

    def detailed(self, load):
        """Open loop with a record of each request, or as near to that as the client comes."""
        raise NotImplementedError

    def reporting(self, load):
        """Open loop as a user runs it who wants the percentiles."""
        raise NotImplementedError

    def closed(self, load):
        """Closed loop."""
        raise NotImplementedError

    def one_request(self, load):
        """A single request."""
        raise NotImplementedError

    def overhead(self, load):
        """The shortest run that starts and ends as a closed loop does; None if there is none to be had."""
        return self.one_request(load) if self.single else None

    def overhead_answered(self, directory):
        """Requests of such a run."""
        return 1

    def records(self, directory):
        """Of a detailed run, one Record per request; None if the client keeps none."""
        return None

    def percentiles(self, directory):
        """p50, p99, p999 as the client reports them after a reporting run, seconds."""
        raise NotImplementedError

    def answered(self, directory):
        """Requests that a closed or reporting run saw answered."""
        raise NotImplementedError

    def doubts(self, directory, code):
        """Why the client itself says that its figures must not be used; None if it does not."""
        return None


def first_line(*command):
    """What a program says of its version, the first line of it."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    return ((done.stdout + done.stderr).strip().splitlines() or ["unknown"])[0].strip()


def from_records(records):
    """The percentiles of a client that reports each request."""
    seconds = [record.seconds for record in records]
    return {name: quantile(seconds, share) for name, share in SHARES.items()}


def stdout(directory):
    """What a client printed."""
    return (pathlib.Path(directory) / "stdout").read_text(errors="replace")


class Stsbench(Client):
    """stsbench itself."""

    name = "stsbench"
    signs = True
    OPTIONS = ()

    def __init__(self, program):
        self.program = str(pathlib.Path(program).resolve())

    def greeting(self):
        return [self.program, "--version"]

    def _command(self, load, *options, out="-", budget="1000000000"):
        arguments = [self.program, "run"]
        names = [f"n{i}" for i in range(len(load.urls))]
        for name, url in zip(names, load.urls, strict=True):
            arguments += ["--endpoint-url", f"{name}={url}"]
        arguments += ["--endpoints", ",".join(names), "--operations", "get-caller-identity", "--connections", "warm"]
        arguments += ["--warmup-rounds", "0", "--blocks", "2", "--ca-file", load.ca_file, "--seed", "1"]
        # The limits that protect AWS; this is a server on the same machine.
        arguments += ["--max-rate-per-endpoint", "100000", "--max-requests", budget]
        arguments += ["--quiet", "--progress", "never", "--format", "json", "--out", out, *self.OPTIONS, *options]
        environment = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}
        return Command(arguments, environment, fine=(0, INVALID))

    def _open(self, load, out):
        each = max(1, load.connections // len(load.urls))
        options = ["--rate", f"{load.rate:g}", "--connections-per-target", str(each), "--duration", f"{load.seconds:g}s"]
        return self._command(load, *options, out=out)

    def detailed(self, load):
        return self._open(load, "out")

    def reporting(self, load):
        return self._open(load, "-")

    def closed(self, load):
        return self._command(load, "--concurrency", str(load.connections), "--duration", f"{load.seconds:g}s")

    def one_request(self, load):
        # The check of who calls comes first in every run, and opening the connection is a request of its own.
        return self._command(load, "--concurrency", "1", "--duration", "1s", budget="2")

    def overhead(self, load):
        # Not a single request: its end, a report of what was measured, is larger than that of a run without samples.
        return self._command(load, "--concurrency", "1", "--duration", "50ms")

    def overhead_answered(self, directory):
        return self.answered(directory)

    def doubts(self, directory, code):
        if code != INVALID:
            return None
        checks = json.loads(stdout(directory))["checks"]
        return ", ".join(check["name"] for check in checks if check["verdict"] == "invalid") or "no reason given"

    def records(self, directory):
        with open(pathlib.Path(directory) / "out" / "samples.csv", newline="") as file:
            rows = sorted(csv.DictReader(file), key=lambda row: int(row["intended_ns"]))
        found, block, before = [], 0, None
        for row in rows:
            intended = int(row["intended_ns"]) / 1e9
            measured = row["stage"] == "measured"
            if measured:
                block += before is not None and intended - before > PAUSE_SECONDS
                before = intended
            found.append(
                Record(int(row["sent_ns"]) / 1e9, int(row["service_time_ns"]) / 1e9, block if measured else None)
            )
        return found

    def _target(self, directory):
        (target,) = json.loads(stdout(directory))["targets"]
        return target

    def percentiles(self, directory):
        times = self._target(directory)["response_time"]["percentiles_ns"]
        shown = {"p50": "p50", "p99": "p99", "p999": "p99.9"}
        return {name: times[key] / 1e9 if times.get(key) is not None else None for name, key in shown.items()}

    def answered(self, directory):
        return sum(target["counts"]["succeeded"] for target in json.loads(stdout(directory))["targets"])


class StsbenchUserSpace(Stsbench):
    """stsbench with stamps of its own instead of the kernel's, to tell what those give and cost."""

    name = "stsbench --clock user-space"
    OPTIONS = ("--clock", "user-space")
