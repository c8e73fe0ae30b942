"""What all experiments share: the server, the clients, the settings, and a measured turn of one client."""

import collections
import dataclasses
import os
import pathlib
import shutil
import sys
import tempfile

from clients import Load
from process import ClientFailed, run
from rounds import Figure

# Time that a client may take on top of the length that it was asked for.
SLACK_SECONDS = 30


@dataclasses.dataclass(frozen=True)
class Settings:
    """How much of everything. Seconds are the length of one measurement."""

    rounds: int = 3
    # Requests per second and seconds.
    open_loops: tuple = ((100, 10), (1000, 5), (5000, 5))
    open_connections: int = 16
    closed_seconds: float = 2
    closed_connections: tuple = (1, 16, 64)
    freeze_seconds: float = 32
    freeze_rate: int = 1000
    memory_seconds: float = 60
    memory_rate: int = 2000
    growth_seconds: float = 3
    growth_rate: int = 1000
    growth_endpoints: int = 40
    starts: int = 20
    builds: int = 1

    @classmethod
    def quick(cls):
        """A look at whether everything works; too short for a verdict."""
        return cls(
            rounds=1, open_loops=((100, 3), (1000, 2), (5000, 2)), closed_seconds=1, freeze_seconds=12, memory_seconds=12,
            growth_seconds=1, starts=3,
        )


class Run:
    """One run of the bench: clients take turns before one server."""

    def __init__(self, settings, server, clients, rounds, directory):
        self.settings = settings
        self.server = server
        self.clients = clients
        self.rounds = rounds
        self.directory = pathlib.Path(directory)
        # (experiment, client) → why it could not be measured, the first time.
        self.failures = {}
        # (experiment, client, what it doubts) → in how many runs a client called its own figures unusable.
        self.doubts = collections.Counter()

    def load(self, wire, connections, seconds, rate=None, endpoints=1):
        """A load on this run's server."""
        urls = self.server.plain if wire == "plain" else self.server.tls
        return Load(tuple(urls[:endpoints]), connections, seconds, self.server.ca_file, rate)

    def turns(self, clients, number):
        """The clients in the order of round `number`: each begins once, so that none always follows the same one."""
        first = number % len(clients) if clients else 0
        return list(enumerate(clients[first:] + clients[:first]))

    def say(self, text):
        """Progress, on stderr."""
        sys.stderr.write(f"   {text}\n")
        sys.stderr.flush()

    def client(self, experiment, client, command, seconds, **keys):
        """A context in which a client ran once; see [`Turn`]."""
        return Turn(self, experiment, client, command, seconds, keys)


class Turn:
    """One client's turn: `run` it inside the `with` block, then `add` its figures. A client that fails is left out, and
    said to have failed; a bench that stopped there would lose all others."""

    def __init__(self, bench, experiment, client, command, seconds, keys):
        self.bench, self.experiment, self.client, self.command, self.seconds = bench, experiment, client, command, seconds
        self.keys = keys
        self.outcome = None

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="turn-", dir=self.bench.directory))
        self.load_average = os.getloadavg()[0]
        return self

    def run(self, memory_every=None):
        """Runs the client to its end."""
        limit = self.seconds + SLACK_SECONDS
        self.outcome = run(self.command, self.directory, limit, memory_every)
        if reason := self.client.doubts(self.directory, self.outcome.code):
            self.bench.doubts[self.experiment, self.client.name, reason] += 1
        return self.outcome

    def add(self, metric, value, unit):
        """A figure of this turn; None is nothing."""
        if value is not None:
            figure = Figure(
                self.experiment, client=self.client.name, metric=metric, value=value, unit=unit, load_average=self.load_average,
                **self.keys,
            )
            self.bench.rounds.add(figure)

    def __exit__(self, kind, error, _):
        shutil.rmtree(self.directory, ignore_errors=True)
        if kind is None or not issubclass(kind, (ClientFailed, KeyError, ValueError, TypeError, IndexError, OSError)):
            return False
        reason = str(error) if issubclass(kind, ClientFailed) else f"its output could not be read ({kind.__name__}: {error})"
        self.bench.failures.setdefault((self.experiment, self.client.name), reason)
        self.bench.say(f"{self.client.name}: {reason}")
        return True
