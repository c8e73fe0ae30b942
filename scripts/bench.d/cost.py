"""What a request costs the client: CPU in closed loops, from 1 to 40 endpoints, and the time and CPU of a start."""

import socket
import threading
import time

from turns import SLACK_SECONDS
from clients import BODY, Load
from process import Command, start
from rounds import Figure
from server import ANSWER

CPU = "cpu"
GROWTH = "growth"
STARTUP = "startup"

CLOSED = "closed loop"
SHORT_SECONDS = 1


def measure_cpu(bench):
    """Every client in closed loops, plaintext and TLS, once a round."""
    for number in range(bench.settings.rounds):
        overheads = {client.name: _overhead(bench, client, number) for client in bench.clients}
        for wire in ["plain", "tls"]:
            for connections in bench.settings.closed_connections:
                load = bench.load(wire, connections, bench.settings.closed_seconds)
                for turn, client in bench.turns(bench.clients, number):
                    keys = {"round": number + 1, "turn": turn + 1, "wire": wire, "connections": connections}
                    with bench.client(CPU, client, client.closed(load), load.seconds, **keys) as at:
                        _closed_turn(bench, at, client, load, overheads[client.name] or (0.0, 0))


def _overhead(bench, client, number):
    """CPU seconds and requests of the shortest run, so that a start and an end can be told from what requests cost."""
    load = bench.load("plain", 1, 1)
    command = client.overhead(load)
    if command is None:
        return None
    with bench.client(CPU, client, command, 1, round=number + 1, turn=0) as at:
        at.run()
        at.add("overhead_cpu", at.outcome.cpu_seconds, "s")
        return at.outcome.cpu_seconds, client.overhead_answered(at.directory)
    return None


def _closed_turn(bench, at, client, load, overhead):
    at.run()
    answered = client.answered(at.directory)
    if answered <= overhead[1]:
        raise ValueError("too few requests were answered")
    cpu = (at.outcome.cpu_seconds - overhead[0]) / (answered - overhead[1])
    at.add("requests_per_second", answered / load.seconds, "1/s")
    at.add("cpu_per_request", cpu, "s")
    at.add("peak_memory", at.outcome.peak_bytes, "bytes")
    wire = load.urls[0].split(":")[0]
    bench.say(f"{client.name} {wire} × {load.connections}: {answered / load.seconds:,.0f}/s, {cpu * 1e6:.1f} µs")


def measure_growth(bench):
    """stsbench at one endpoint and at many, closed and open, with the same total load.

    The cost is that of the requests between a short run and a longer one, so that starting, and opening connections,
    which many endpoints need as many of, are in neither.
    """
    (ours,) = bench.clients
    settings = bench.settings
    for number in range(settings.rounds):
        for rate in [None, settings.growth_rate]:
            for turn, endpoints in bench.turns([1, settings.growth_endpoints], number):
                keys = {
                    "round": number + 1, "turn": turn + 1, "wire": "plain", "connections": settings.growth_endpoints,
                    "rate": rate, "endpoints": endpoints,
                }
                short = _growth_turn(bench, ours, SHORT_SECONDS, keys)
                long = _growth_turn(bench, ours, SHORT_SECONDS + settings.growth_seconds, keys)
                _growth_figures(bench, ours, short, long, keys)


def _growth_turn(bench, ours, seconds, keys):
    load = bench.load("plain", keys["connections"], seconds, keys["rate"], keys["endpoints"])
    command = ours.reporting(load) if load.rate else ours.closed(load)
    with bench.client(GROWTH, ours, command, seconds, **keys) as at:
        at.run()
        answered = ours.answered(at.directory)
        at.add("answered", answered, "requests")
        at.add("cpu", at.outcome.cpu_seconds, "s")
        return answered, at.outcome.cpu_seconds
    return None


def _growth_figures(bench, ours, short, long, keys):
    if not short or not long or long[0] <= short[0]:
        return
    cost = (long[1] - short[1]) / (long[0] - short[0])
    bench.rounds.add(Figure(GROWTH, client=ours.name, metric="cpu_per_request", value=cost, unit="s", **keys))
    load = f"{keys['rate']}/s" if keys["rate"] else CLOSED
    bench.say(f"{keys['endpoints']} endpoints, {load}: {cost * 1e6:.1f} µs per request")


class Doorbell:
    """A server that notes when the first byte reaches it and answers everything."""

    # ab speaks HTTP/1.0, in which a kept connection has to be said to be one.
    HEAD = (
        "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nx-amzn-requestid: 0\r\nconnection: keep-alive\r\n"
        f"content-length: {len(ANSWER)}\r\n\r\n"
    )

    def __enter__(self):
        self.rung = None
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()
        return self

    def _listen(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection):
        with connection:
            try:
                seen = b""
                while part := connection.recv(65536):
                    self.rung = self.rung or time.monotonic()
                    seen += part
                    if seen.endswith(BODY.encode()):
                        connection.sendall((self.HEAD + ANSWER).encode())
                        seen = b""
            except OSError:
                return

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def measure_startup(bench):
    """From the start of the process to its first request, and to the end of saying its version."""
    for number in range(bench.settings.starts):
        for turn, client in bench.turns(bench.clients, number):
            keys = {"round": number + 1, "turn": turn + 1}
            with Doorbell() as door:
                load = Load((door.url,), 1, 1, bench.server.ca_file)
                with bench.client(STARTUP, client, client.one_request(load), 1, **keys) as at:
                    begun = time.monotonic()
                    at.run()
                    at.add("first_request", door.rung and door.rung - begun, "s")
            _greet(bench, client, keys)
    bench.say(f"{bench.settings.starts} starts of {len(bench.clients)} clients")


def _greet(bench, client, keys):
    command = Command(client.greeting())
    with bench.client(STARTUP, client, command, 1, **keys) as at:
        # Waited for in the kernel: the poll of other turns is too coarse for this.
        begun = time.monotonic()
        start(command, at.directory).wait(SLACK_SECONDS)
        at.add("version_said", time.monotonic() - begun, "s")
