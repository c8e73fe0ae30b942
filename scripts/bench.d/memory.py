"""Memory over time: every open-loop client at once, since none of them needs a quiet machine to hold what it holds."""

import threading

EXPERIMENT = "memory"

EVERY_SECONDS = 0.5
# When the start is over: connections are open, buffers are allocated.
SETTLED_SHARE = 0.2


def settled_and_last(samples):
    """Bytes after the start, at the last look but one, and the seconds between; of (seconds, bytes) in order.

    The very last look may fall into the moments in which a client computes and prints its results.
    """
    if len(samples) < 4:
        return None
    end, last = samples[-2]
    begin, settled = next(sample for sample in samples if sample[0] >= end * SETTLED_SHARE)
    return settled, last, end - begin


def measure(bench):
    """Memory of each client over one long run; the samples themselves are the figures `resident`."""
    settings = bench.settings
    load = bench.load("plain", settings.open_connections, settings.memory_seconds, settings.memory_rate)
    clients = [client for client in bench.clients if client.reporting(load) and " " not in client.name]
    threads = [threading.Thread(target=_turn, args=[bench, turn, client, load]) for turn, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _turn(bench, turn, client, load):
    keys = {"round": 1, "turn": turn + 1, "wire": "plain", "connections": load.connections, "rate": load.rate}
    with bench.client(EXPERIMENT, client, client.reporting(load), load.seconds, **keys) as at:
        outcome = at.run(memory_every=EVERY_SECONDS)
        for elapsed, held in outcome.memory:
            at.add(f"resident_after_{elapsed:05.1f}_s", held, "bytes")
        during = [sample for sample in outcome.memory if sample[0] <= load.seconds]
        found = settled_and_last(during)
        at.add("most", max((held for _, held in during), default=None), "bytes")
        if found:
            settled, last, between = found
            at.add("settled", settled, "bytes")
            at.add("last", last, "bytes")
            at.add("growth_per_minute", (last - settled) / between * 60, "bytes")
        at.add("peak", outcome.peak_bytes, "bytes")
        bench.say(f"{client.name}: peak {outcome.peak_bytes / 1e6:.1f} MB")
