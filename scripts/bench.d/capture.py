"""What really went over the loopback: tcpdump, its file, and the requests in it.

The time of a request on the wire begins with the last segment that carries bytes of it and ends with the last segment that
carries bytes of its answer, on the same connection. HTTP/1.1 without pipelining takes turns, so the turns are enough to
tell requests apart and no byte of them is read.
"""

import dataclasses
import re
import signal
import struct
import subprocess
import time

ETHERNET = 1
IPV4 = 0x0800
TCP = 6
# Ethernet, IP and TCP heads with all their options.
SNAP_BYTES = 134
# tcpdump is given blocks of packets by the kernel, the last one after this long at most.
SETTLE_SECONDS = 1.3
START_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Segment:
    """A TCP segment with data: when it was seen, its two ports and its number of bytes."""

    at: float
    source: int
    destination: int
    size: int


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request and its answer on the wire, in seconds since 1970."""

    sent: float
    answered: float

    @property
    def seconds(self):
        return self.answered - self.sent


def segments(data):
    """The TCP segments with data in the bytes of a pcap file, stamps in whichever precision it names."""
    magic = data[:4]
    orders = {b"\xd4\xc3\xb2\xa1": ("<", 1e6), b"\x4d\x3c\xb2\xa1": ("<", 1e9),
              b"\xa1\xb2\xc3\xd4": (">", 1e6), b"\xa1\xb2\x3c\x4d": (">", 1e9)}
    if magic not in orders or len(data) < 24:
        raise ValueError("no pcap file")
    order, divisor = orders[magic]
    (link,) = struct.unpack_from(order + "I", data, 20)
    if link != ETHERNET:
        raise ValueError(f"link type {link}, expected Ethernet as the loopback has it")
    head = struct.Struct(order + "IIII")
    at = 24
    while at + head.size <= len(data):
        seconds, part, kept, _ = head.unpack_from(data, at)
        at += head.size
        # What was cut off at the end of the file is no packet.
        if at + kept > len(data):
            return
        found = _segment(data, at, kept)
        if found and found[2] > 0:
            yield Segment(seconds + part / divisor, *found)
        at += kept


def _segment(data, at, kept):
    if kept < 54 or struct.unpack_from(">H", data, at + 12)[0] != IPV4 or data[at + 23] != TCP:
        return None
    ip = at + 14
    ip_head = (data[ip] & 0x0F) * 4
    (total,) = struct.unpack_from(">H", data, ip + 2)
    tcp = ip + ip_head
    source, destination = struct.unpack_from(">HH", data, tcp)
    return source, destination, total - ip_head - (data[tcp + 12] >> 4) * 4


def exchanges(found, port):
    """The requests to `port` that were answered, by the time they were sent.

    Plaintext only: a TLS handshake takes turns as well and would be counted as requests.
    """
    under_way = {}
    done = []
    for segment in found:
        if segment.destination == port:
            client = segment.source
            sent, answered = under_way.get(client, (None, None))
            if answered is not None:
                done.append(Exchange(sent, answered))
            under_way[client] = (segment.at, None)
        elif segment.source == port and segment.destination in under_way:
            under_way[segment.destination] = (under_way[segment.destination][0], segment.at)
    done += [Exchange(sent, answered) for sent, answered in under_way.values() if answered is not None]
    return sorted(done, key=lambda exchange: exchange.sent)


class Capture:
    """tcpdump on the loopback while the `with` block lasts; `exchanges` afterwards, and `lost` packets."""

    def __init__(self, path, port):
        self.path = path
        self.port = port
        self.lost = None
        self.exchanges = []

    def __enter__(self):
        self.said = open(f"{self.path}.txt", "w+b")
        # -Z root: otherwise the file would have to be writable by tcpdump's own user.
        self.process = subprocess.Popen(
            ["tcpdump", "-i", "lo", "-n", "-s", str(SNAP_BYTES), "-B", "65536", "--time-stamp-precision=nano", "-Z", "root",
             "-w", self.path, f"tcp port {self.port}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.said,
        )
        begun = time.monotonic()
        while b"listening on" not in self._said():
            if self.process.poll() is not None or time.monotonic() - begun > START_SECONDS:
                self.process.kill()
                raise RuntimeError(f"tcpdump does not listen: {self._said().decode(errors='replace').strip()}")
            time.sleep(0.02)
        return self

    def _said(self):
        self.said.seek(0)
        return self.said.read()

    def __exit__(self, kind, *_):
        if kind is None:
            time.sleep(SETTLE_SECONDS)
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        said = self._said().decode(errors="replace")
        self.said.close()
        if kind is None:
            lost = re.search(r"(\d+) packets dropped by kernel", said)
            self.lost = int(lost[1]) if lost else None
            with open(self.path, "rb") as file:
                self.exchanges = exchanges(segments(file.read()), self.port)
