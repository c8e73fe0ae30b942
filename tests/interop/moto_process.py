"""moto's STS as a process on a free loopback port: in the server that moto ships, or in one that keeps connections."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from enum import Enum

from fleet import BARE, END_SECONDS

START_SECONDS = 60

# One line for each answer, whichever server it leaves by.
ANSWERED = "moto answered "

LAUNCH = f"""
import sys
from werkzeug.serving import run_simple
from moto.server import DomainDispatcherApplication, create_backend_app
import waitress

moto = DomainDispatcherApplication(create_backend_app)

def told(environ, start_response):
    def start(status, headers, *rest):
        print("{ANSWERED}" + status, file=sys.stderr, flush=True)
        return start_response(status, headers, *rest)
    return moto(environ, start)

server, port = sys.argv[1], int(sys.argv[2])
if server == "werkzeug":
    run_simple("127.0.0.1", port, told, threaded=True)
else:
    waitress.serve(told, host="127.0.0.1", port=port, threads=8)
"""


class Server(Enum):
    """What moto's application runs in."""

    SHIPPED = "moto_server"  # the program that moto ships, as a person starts it
    CLOSING = "werkzeug"  # moto's own: HTTP/1.0, one answer for each connection
    KEEPING = "waitress"  # HTTP/1.1, as STS speaks it


class Moto:
    """A moto server; used in a `with` statement, ended by its process id."""

    def __init__(self, server=Server.KEEPING, authentication=False):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = tempfile.TemporaryFile(mode="w+")
        checked = {"INITIAL_NO_AUTH_ACTION_COUNT": "0"} if authentication else {}
        if server is Server.SHIPPED:
            command = [os.path.join(os.path.dirname(sys.executable), "moto_server"), "-p", str(self.port)]
        else:
            command = [sys.executable, "-c", LAUNCH, server.value, str(self.port)]
        self.process = subprocess.Popen(
            command,
            env=BARE | checked, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
        )

    def __enter__(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        said = self.said()
        self.__exit__()
        raise RuntimeError(f"moto did not start within {START_SECONDS} s:\n{said}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(END_SECONDS)
        self.log.close()

    def said(self):
        """The log up to now."""
        self.log.flush()
        return os.pread(self.log.fileno(), 1 << 20, 0).decode()

    def answers(self, status=""):
        """How many requests were answered with `status`, or at all."""
        return self.said().count(ANSWERED + status)
