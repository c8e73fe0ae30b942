"""Accuracy and lateness: what clients record, and when they send, beside a capture of the loopback."""

from capture import Capture
from matching import errors, lateness, lateness_by_block, pair
from quantiles import quantile

EXPERIMENT = "wire"


def measure(bench):
    """Every open-loop client at every rate, once a round."""
    for number in range(bench.settings.rounds):
        for rate, seconds in bench.settings.open_loops:
            load = bench.load("plain", bench.settings.open_connections, seconds, rate)
            clients = [client for client in bench.clients if client.detailed(load)]
            for turn, client in bench.turns(clients, number):
                keys = {"round": number + 1, "turn": turn + 1, "wire": "plain", "connections": load.connections, "rate": rate}
                with bench.client(EXPERIMENT, client, client.detailed(load), seconds, **keys) as at:
                    _turn(bench, at, client, load)


def _turn(bench, at, client, load):
    with Capture(str(at.directory / "capture.pcap"), bench.server.ports[0]) as capture:
        at.run()
    seen = capture.exchanges
    at.add("requests_on_wire", len(seen), "requests")
    at.add("requests_asked", load.rate * load.seconds, "requests")
    at.add("packets_lost", capture.lost, "packets")
    wire = [exchange.seconds for exchange in seen]
    at.add("wire_p50", quantile(wire, 0.5), "s")
    at.add("wire_p99", quantile(wire, 0.99), "s")
    records = client.records(at.directory)
    if records is None:
        _without_records(at, client, seen, load.rate)
    else:
        _with_records(at, pair(records, seen), len(records), load.rate)
    at_p99 = bench.rounds.values(EXPERIMENT, "error_p99", client=client.name, rate=load.rate)
    if at_p99:
        bench.say(f"{client.name} at {load.rate}/s: {len(seen)} requests, error p99 {at_p99[-1] * 1e6:.0f} µs")


def _with_records(at, pairs, records, rate):
    at.add("records", records, "requests")
    at.add("pairs", len(pairs), "requests")
    at.add("requests_scheduled", sum(each.record.block is not None for each in pairs), "requests")
    for name, value in errors(pairs).items():
        at.add(name, value, "s")
    _late(at, lateness_by_block(pairs, rate))


def _without_records(at, client, seen, rate):
    """Percentile minus percentile: the best that can be said of a client that tells of no single request."""
    wire = [exchange.seconds for exchange in seen]
    at.add("requests_scheduled", len(seen), "requests")
    reported = client.percentiles(at.directory)
    for name, share in [("p50", 0.5), ("p99", 0.99)]:
        difference = reported[name] - quantile(wire, share)
        at.add(f"error_{name}", abs(difference), "s")
        if name == "p50":
            at.add("signed_p50", difference, "s")
    _late(at, lateness([exchange.sent for exchange in seen], rate))


def _late(at, late):
    at.add("late_p50", quantile(late, 0.5), "s")
    at.add("late_p99", quantile(late, 0.99), "s")
