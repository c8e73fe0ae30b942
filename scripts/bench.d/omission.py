"""Coordinated omission: the server freezes for a second in every ten, and clients report what they make of it."""

import threading
import time

from clients import SHARES

EXPERIMENT = "omission"

PERIOD_SECONDS = 10.0
FROZEN_SECONDS = 1.0


def truth(freezes, seconds, share):
    """The quantile of the response time of a schedule that waits for nobody, in seconds, by arithmetic alone.

    Who arrives `x` before the end of a freeze waits for `x`; who arrives at another time does not wait, and the time of an
    undisturbed answer is left out. `freezes` are their lengths within a load of `seconds`.
    """
    late = (1 - share) * seconds
    if late >= sum(freezes):
        return 0.0
    # The time t for which sum(max(0, length - t)) = late, between zero and the longest.
    low, high = 0.0, max(freezes)
    for _ in range(60):
        middle = (low + high) / 2
        if sum(max(0.0, length - middle) for length in freezes) > late:
            low = middle
        else:
            high = middle
    return high


class Freezer:
    """Freezes the server's workers for the last second of every period, from the moment of entering on."""

    def __init__(self, server):
        self.server = server
        self.lengths = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self):
        self.begun = time.monotonic()
        self.thread.start()
        return self

    def _work(self):
        periods = 1
        while not self._sleep_until(periods * PERIOD_SECONDS - FROZEN_SECONDS):
            frozen = time.monotonic()
            self.server.freeze()
            self.over.wait(FROZEN_SECONDS)
            self.server.thaw()
            self.lengths.append(time.monotonic() - frozen)
            periods += 1

    def _sleep_until(self, seconds):
        return self.over.wait(max(0.0, self.begun + seconds - time.monotonic()))

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.server.thaw()


def measure(bench):
    """Every open-loop client once; its length is that of three freezes."""
    settings = bench.settings
    load = bench.load("plain", settings.open_connections, settings.freeze_seconds, settings.freeze_rate)
    clients = [client for client in bench.clients if client.reporting(load)]
    for turn, client in enumerate(clients):
        keys = {"round": 1, "turn": turn + 1, "wire": "plain", "connections": load.connections, "rate": load.rate}
        with bench.client(EXPERIMENT, client, client.reporting(load), load.seconds, **keys) as at:
            with Freezer(bench.server) as freezer:
                at.run()
            reported = client.percentiles(at.directory)
            for name, share in SHARES.items():
                at.add(f"reported_{name}", reported[name], "s")
                at.add(f"truth_{name}", truth(freezer.lengths, load.seconds, share), "s")
            at.add("answered", client.answered(at.directory), "requests")
            bench.say(f"{client.name}: " + ", ".join(f"{n} {s * 1e3:.1f} ms" for n, s in reported.items() if s is not None))
