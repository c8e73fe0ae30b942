"""The other load generators: how each is called for a load, and how what it says is read."""

import csv
import json
import pathlib
import re

from clients import BODY, CONTENT_TYPE, FIXED_HEADERS, KEY, SECRET, Client, first_line, from_records, stdout
from matching import Record
from process import Command

HERE = pathlib.Path(__file__).parent
MANY = 100_000_000


def trust(load):
    """The authority, under the names by which OpenSSL, Go, rustls and Node look for it."""
    return {"SSL_CERT_FILE": load.ca_file, "NODE_EXTRA_CA_CERTS": load.ca_file}


def headers(option):
    """The fixed headers as repeated options."""
    return [part for name, value in FIXED_HEADERS.items() for part in (option, f"{name}: {value}")]


class Oha(Client):
    """oha, as its users run it."""

    name = "oha"

    def __init__(self, program):
        self.program = str(pathlib.Path(program).resolve())

    def greeting(self):
        return [self.program, "--version"]

    def seal(self):
        return headers("-H")

    def _command(self, load, *options):
        arguments = [self.program, "--no-tui", "-m", "POST", "-d", BODY, "-T", CONTENT_TYPE, *self.seal(), *options]
        return Command([*arguments, load.urls[0] + "/"], trust(load))

    def _timed(self, load, output, *options):
        rate = ["-q", f"{load.rate:g}"] if load.rate else []
        length = ["-z", f"{load.seconds:g}s", "-c", str(load.connections)]
        return self._command(load, *length, *rate, "--output-format", output, *options)

    def detailed(self, load):
        return self._timed(load, "csv")

    def reporting(self, load):
        return self._timed(load, "json")

    def closed(self, load):
        return self._timed(load, "json")

    def one_request(self, load):
        return self._command(load, "-n", "1", "-c", "1")

    def records(self, directory):
        rows = csv.DictReader(stdout(directory).splitlines())
        return [Record(float(row["request-start"]), float(row["request-duration"])) for row in rows]

    def percentiles(self, directory):
        times = json.loads(stdout(directory))["latencyPercentiles"]
        return {"p50": times["p50"], "p99": times["p99"], "p999": times["p99.9"]}

    def answered(self, directory):
        return sum(json.loads(stdout(directory))["statusCodeDistribution"].values())


class OhaCorrected(Oha):
    """oha told to count from the intended time."""

    name = "oha --latency-correction"

    def reporting(self, load):
        return self._timed(load, "json", "--latency-correction")


class OhaSigning(Oha):
    """oha with its own SigV4, each request signed."""

    name = "oha --aws-sigv4"
    signs = True

    def seal(self):
        return ["--aws-sigv4", "aws:amz:us-east-1:sts", "-a", f"{KEY}:{SECRET}"]


class Hey(Client):
    """hey; its rate is one for each connection, and its own times have four decimals of a second."""

    name = "hey"

    def greeting(self):
        # It knows no option for its version and prints its usage.
        return ["hey", "-h"]

    def version(self):
        return first_line("dpkg-query", "-W", "hey").replace("\t", " ")

    def _command(self, load, *options):
        arguments = ["hey", "-m", "POST", "-d", BODY, "-T", CONTENT_TYPE, *headers("-H"), *options]
        return Command([*arguments, load.urls[0] + "/"], trust(load))

    def _timed(self, load, *options):
        rate = ["-q", f"{load.rate / load.connections:g}"] if load.rate else []
        return self._command(load, "-z", f"{load.seconds:g}s", "-c", str(load.connections), *rate, *options)

    def detailed(self, load):
        return self._timed(load, "-o", "csv")

    def reporting(self, load):
        return self._timed(load, "-o", "csv")

    def closed(self, load):
        return self._timed(load)

    def one_request(self, load):
        return self._command(load, "-n", "1", "-c", "1")

    def records(self, directory):
        rows = csv.DictReader(stdout(directory).splitlines())
        return [Record(float(row["offset"]), float(row["response-time"])) for row in rows]

    def percentiles(self, directory):
        return from_records(self.records(directory))

    def answered(self, directory):
        said = stdout(directory)
        if said.startswith("response-time"):
            return len(self.records(directory))
        return sum(int(count) for count in re.findall(r"\[\d+\]\s+(\d+) responses", said))


class K6(Client):
    """k6 with constant arrivals, or constant users in a closed loop."""

    name = "k6"

    def __init__(self, program):
        self.program = str(pathlib.Path(program).resolve())

    def greeting(self):
        return [self.program, "version"]

    def _command(self, load, *options, **variables):
        arguments = [self.program, "run", "--quiet", "--no-color", "--system-tags=status", "--summary-export=summary.json"]
        arguments += ["--summary-trend-stats=p(50),p(99),p(99.9)", *options, HERE / "k6.js"]
        environment = trust(load) | {
            "K6_NO_USAGE_REPORT": "true", "K6_CSV_TIME_FORMAT": "unix_micro", "TARGET": load.urls[0] + "/", "BODY": BODY,
            "HEADERS": json.dumps(FIXED_HEADERS | {"content-type": CONTENT_TYPE}), "CONNECTIONS": str(load.connections),
            "LENGTH": f"{load.seconds:g}s", "RATE": f"{load.rate or 0:g}",
        }
        return Command(arguments, environment | variables)

    def detailed(self, load):
        return self._command(load, "--out", "csv=requests.csv")

    def reporting(self, load):
        return self._command(load)

    def closed(self, load):
        return self._command(load)

    def one_request(self, load):
        return self._command(load, ONCE="yes")

    def records(self, directory):
        with open(pathlib.Path(directory) / "requests.csv", newline="") as file:
            times = [
                (int(row["timestamp"]) / 1e6, float(row["metric_value"]) / 1e3)
                for row in csv.DictReader(file) if row["metric_name"] == "http_req_duration"
            ]
        # Its stamp is that of the end.
        return [Record(end - seconds, seconds) for end, seconds in times]

    def _metrics(self, directory):
        return json.loads((pathlib.Path(directory) / "summary.json").read_text())["metrics"]

    def percentiles(self, directory):
        times = self._metrics(directory)["http_req_duration"]
        return {"p50": times["p(50)"] / 1e3, "p99": times["p(99)"] / 1e3, "p999": times["p(99.9)"] / 1e3}

    def answered(self, directory):
        return self._metrics(directory)["http_reqs"]["count"]


class H2load(Client):
    """h2load over HTTP/1.1; its rate is one for each connection, its percentiles are those of its log."""

    name = "h2load"

    def greeting(self):
        return ["h2load", "--version"]

    def _command(self, load, *options):
        arguments = ["h2load", "--h1", "-t", "1", "-d", "body", "-H", f"content-type: {CONTENT_TYPE}", *headers("-H")]
        return Command([*arguments, *options, load.urls[0] + "/"], trust(load), files={"body": BODY})

    def _timed(self, load, *options):
        rate = ["--rps", f"{load.rate / load.connections:g}"] if load.rate else []
        return self._command(load, "-D", f"{load.seconds:g}", "-c", str(load.connections), *rate, *options)

    def detailed(self, load):
        return self._timed(load, "--log-file=requests.tsv")

    def reporting(self, load):
        return self._timed(load, "--log-file=requests.tsv")

    def closed(self, load):
        return self._timed(load)

    def one_request(self, load):
        return self._command(load, "-n", "1", "-c", "1")

    def records(self, directory):
        lines = (pathlib.Path(directory) / "requests.tsv").read_text().splitlines()
        rows = [line.split("\t") for line in lines]
        return [Record(int(row[0]) / 1e6, int(row[2]) / 1e6) for row in rows if int(row[1]) > 0]

    def percentiles(self, directory):
        return from_records(self.records(directory))

    def answered(self, directory):
        return int(re.search(r"(\d+) succeeded", stdout(directory))[1])


class Autocannon(Client):
    """autocannon; keeps no single request, and its percentiles are whole milliseconds."""

    name = "autocannon"

    def __init__(self, script):
        self.script = str(pathlib.Path(script).resolve())

    def greeting(self):
        return ["node", self.script, "--version"]

    def version(self):
        return f"{super().version()}, node {first_line('node', '--version')}"

    def _command(self, load, *options):
        arguments = ["node", self.script, "-m", "POST", "-b", BODY, "-H", f"content-type={CONTENT_TYPE}", "-j"]
        fixed = [part for name, value in FIXED_HEADERS.items() for part in ("-H", f"{name}={value}")]
        return Command([*arguments, *fixed, *options, load.urls[0] + "/"], trust(load))

    def _timed(self, load, *options):
        rate = ["-R", f"{load.rate:g}"] if load.rate else []
        return self._command(load, "-c", str(load.connections), "-d", f"{load.seconds:g}", *rate, *options)

    def detailed(self, load):
        # Otherwise times that it never measured would be added to its own.
        return self._timed(load, "--ignoreCoordinatedOmission")

    def reporting(self, load):
        return self._timed(load)

    def closed(self, load):
        return self._timed(load)

    def one_request(self, load):
        return self._command(load, "-c", "1", "-a", "1")

    def percentiles(self, directory):
        times = json.loads(stdout(directory))["latency"]
        return {"p50": times["p50"] / 1e3, "p99": times["p99"] / 1e3, "p999": times["p99_9"] / 1e3}

    def answered(self, directory):
        return json.loads(stdout(directory))["2xx"]


class Wrk(Client):
    """wrk: closed loop only."""

    name = "wrk"
    single = False

    def greeting(self):
        return ["wrk", "-v"]

    def _command(self, load, *options):
        arguments = ["wrk", "-t", "1", "-s", HERE / "wrk.lua", *headers("-H"), *options, load.urls[0] + "/"]
        return Command(arguments, trust(load) | {"BODY": BODY, "CONTENT_TYPE": CONTENT_TYPE})

    def detailed(self, load):
        return None

    reporting = detailed

    def closed(self, load):
        # Whole seconds only.
        return self._command(load, "-c", str(load.connections), "-d", f"{max(1, round(load.seconds))}s")

    def one_request(self, load):
        # It knows lengths of time only.
        return self._command(load, "-c", "1", "-d", "1s")

    def answered(self, directory):
        return int(re.search(r"(\d+) requests in", stdout(directory))[1])


class Ab(Client):
    """ApacheBench: closed loop only."""

    name = "ab"

    def greeting(self):
        return ["ab", "-V"]

    def _command(self, load, *options):
        arguments = ["ab", "-q", "-k", "-p", "body", "-T", CONTENT_TYPE, *headers("-H")]
        return Command([*arguments, *options, load.urls[0] + "/"], trust(load), files={"body": BODY})

    def detailed(self, load):
        return None

    reporting = detailed

    def closed(self, load):
        length = ["-t", str(max(1, round(load.seconds))), "-n", str(MANY)]
        return self._command(load, "-c", str(load.connections), *length)

    def one_request(self, load):
        return self._command(load, "-c", "1", "-n", "1")

    def answered(self, directory):
        return int(re.search(r"Complete requests:\s+(\d+)", stdout(directory))[1])
