"""One client as a child process: what it took, by the kernel's own books, and what it said."""

import dataclasses
import os
import pathlib
import signal
import subprocess
import time

# How often the end is looked for, and the most memory held so far; the length of a run is not read from here.
POLL_SECONDS = 0.02


@dataclasses.dataclass(frozen=True)
class Command:
    """A program, its arguments and what it needs in its environment besides the bare one."""

    arguments: list
    environment: dict = dataclasses.field(default_factory=dict)
    # Codes with which the program ends when it measured; others are failures.
    fine: tuple = (0,)
    # Texts that it finds in its directory, by name.
    files: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """An ended client: its code, CPU seconds (user and system), the most memory it held, and memory over time."""

    code: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    memory: list


class ClientFailed(Exception):
    """A client that did not measure; the message has its last words."""


def bare_environment(home):
    """Nothing of the caller's configuration reaches a client."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TZ": "UTC"}


def start(command, directory):
    """The client under way, its output in files of `directory`."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in command.files.items():
        (directory / name).write_text(text)
    with open(directory / "stdout", "wb") as out, open(directory / "stderr", "wb") as err:
        return subprocess.Popen(
            [str(argument) for argument in command.arguments], cwd=directory, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            env=bare_environment(directory) | command.environment,
        )


def run(command, directory, limit_seconds, memory_every=None):
    """Runs a client to its end.

    Raises ClientFailed if it ends with a code that is not fine or not within `limit_seconds`.
    """
    begun = time.monotonic()
    process = start(command, directory)
    memory = []
    try:
        code, usage, peak = _wait(process, begun, limit_seconds, memory_every, memory)
    except BaseException:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        raise
    if code not in command.fine:
        raise ClientFailed(f"{command.arguments[0]} ended with {code}: {last_words(directory)}")
    return Outcome(code, time.monotonic() - begun, usage.ru_utime + usage.ru_stime, peak, memory)


def _wait(process, begun, limit_seconds, memory_every, memory):
    next_look, peak = 0.0, 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        elapsed = time.monotonic() - begun
        if pid:
            # Popen must learn that the process is gone, or it would wait for it again.
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage, peak
        if elapsed > limit_seconds:
            raise ClientFailed(f"{process.args[0]} was still running after {limit_seconds} s")
        # Not the kernel's ru_maxrss: that begins with the memory of the program that started the client, this one.
        held = memory_of(process.pid)
        peak = max(peak, held.get("VmHWM", 0))
        if memory_every and elapsed >= next_look and "VmRSS" in held:
            memory.append((elapsed, held["VmRSS"]))
            next_look = elapsed + memory_every
        time.sleep(POLL_SECONDS)


def memory_of(pid):
    """VmRSS and VmHWM of a process in bytes, now and at most; nothing once it is gone."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return {}
    rows = [line.split() for line in status.splitlines() if line.startswith(("VmRSS:", "VmHWM:"))]
    return {name.rstrip(":"): int(kib) * 1024 for name, kib, *_ in rows}


def last_words(directory):
    """The end of what a client said, on one line."""
    said = "".join(
        (pathlib.Path(directory) / name).read_text(errors="replace") for name in ["stderr", "stdout"]
    )
    return " | ".join(said.strip().splitlines()[-3:])[-400:]
