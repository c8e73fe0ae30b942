"""What the figures were taken on, and with which programs."""

import datetime
import os
import pathlib
import platform
import subprocess

from clients import first_line


def processor():
    """The processor's name as the kernel has it."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gib():
    """Main memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def commit():
    """The commit that is measured, and whether the tree has changes."""
    done = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], capture_output=True, check=False).returncode
    return (done.stdout.strip() or "unknown") + (" with changes" if changed else "")


def about():
    """Rows of what and where, without the programs."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "unknown system")
    return [
        ("date", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("processor", f"{processor()}, {len(os.sched_getaffinity(0))} cores for this run"),
        ("memory", f"{memory_gib():.0f} GiB"),
        ("system", f"{system}, {platform.system()} {platform.release()} {platform.machine()}"),
        ("commit", commit()),
    ]


def programs(clients):
    """Rows of name and version of everything that took part."""
    rows = [(client.name, client.version()) for client in clients if " " not in client.name]
    return [*rows, ("server", first_line("nginx", "-v")), ("capture", first_line("tcpdump", "--version")),
            ("compiler", first_line("rustc", "--version"))]
