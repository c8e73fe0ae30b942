"""The server that every client calls: nginx from the distribution, one worker, a fixed answer, its own directory.

It must not be ours, or the client would be measured with the faults of its own author, and it must not be the system's
service: it is ended by the process id that was started here, and by nothing else.
"""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time

ANSWER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/example</Arn>"
    "<UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>"
    "</GetCallerIdentityResponse>"
)

START_SECONDS = 10

# The limits are those of a server that never gets in the way: no log, no time-out, no end of a kept connection.
CONFIGURATION = """
daemon off;
master_process on;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log warn;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  keepalive_timeout 3600s;
  keepalive_requests 1000000000;
  tcp_nodelay on;
  server_tokens off;
  ssl_certificate {directory}/server.pem;
  ssl_certificate_key {directory}/server.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:sessions:1m;
  server {{
{listens}
    default_type text/xml;
    location / {{
      add_header x-amzn-requestid $request_id always;
      return 200 '{answer}';
    }}
  }}
}}
"""


def free_ports(count):
    """Ports of the loopback that nobody listens on at this moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def make_certificates(directory):
    """An authority and a certificate for the loopback, for a week, by the openssl of the machine."""
    authority = ["-x509", "-subj", "/CN=bench authority", "-keyout", "ca.key", "-out", "ca.pem"]
    request = ["-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"]
    key = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7"]
    (directory / "names.txt").write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
    )
    sign = ["openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
    sign += ["-days", "7", "-extfile", "names.txt", "-out", "server.pem"]
    for command in [key + authority, key[:-2] + request, sign]:
        subprocess.run(command, cwd=directory, check=True, capture_output=True)


class Nginx:
    """nginx on loopback ports of its own; `plain` and `tls` are its URLs."""

    def __init__(self, directory, plain=1, tls=1):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        make_certificates(self.directory)
        self.ca_file = str(self.directory / "ca.pem")
        ports = free_ports(plain + tls)
        self.ports = ports[:plain]
        self.plain = [f"http://127.0.0.1:{port}" for port in ports[:plain]]
        self.tls = [f"https://127.0.0.1:{port}" for port in ports[plain:]]
        listens = [f"    listen 127.0.0.1:{port} backlog=1024;" for port in ports[:plain]]
        listens += [f"    listen 127.0.0.1:{port} ssl backlog=1024;" for port in ports[plain:]]
        text = CONFIGURATION.format(directory=self.directory, listens="\n".join(listens), answer=ANSWER)
        (self.directory / "nginx.conf").write_text(text)
        self.process = None

    def __enter__(self):
        log = open(self.directory / "nginx.out", "wb")
        with log:
            self.process = subprocess.Popen(
                ["nginx", "-c", self.directory / "nginx.conf", "-p", self.directory],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self):
        begun = time.monotonic()
        while time.monotonic() - begun < START_SECONDS:
            if self.process.poll() is not None:
                said = (self.directory / "nginx.out").read_text() + (self.directory / "error.log").read_text()
                raise RuntimeError(f"nginx ended with {self.process.returncode}: {said.strip()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[0]), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"nginx does not listen after {START_SECONDS} s")

    def __exit__(self, *_):
        self.thaw()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def workers(self):
        """Process ids of the workers that this nginx has now."""
        pid = self.process.pid
        try:
            return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    def freeze(self):
        """Stops the workers: what comes meanwhile waits in the sockets, as before a server that pauses."""
        self._signal(signal.SIGSTOP)

    def thaw(self):
        """Lets the workers go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, which):
        for worker in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, which)
