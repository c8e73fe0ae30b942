"""A small world on this machine: network namespaces with addresses of their own on one bridge, an emulator that answers each of them
as seen from another Region, and a Slurm cluster with a node in each. Everything is made here and removed at the end, also on failure.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
STSBENCH = pathlib.Path(os.environ["STSBENCH"]).resolve()
NET = "198.18.77"
HERE = f"{NET}.1"
FIRST_ENDPOINT = 100
# Two addresses for each of the 18 endpoints, and one to spare.
ENDPOINT_ADDRESSES = 40
LINGER = 10


def run(*command, check=True, **options):
    options.setdefault("timeout", 120)
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def wait_until(what, holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


class Daemons:
    """Processes that this test has started, each in a group of its own; they end with it."""

    def __init__(self, directory):
        self.directory = directory
        self.running = []

    def start(self, name, *command, **options):
        log = open(self.directory / f"{name}.log", "wb")
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=options.pop("stdout", log), stderr=log,
            start_new_session=True, **options)
        # The process has its own.
        log.close()
        self.running.append(process)
        return process

    def stop(self, process, how=signal.SIGTERM):
        if process.poll() is None:
            os.killpg(process.pid, how)
        try:
            process.wait(LINGER)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process in self.running:
            self.running.remove(process)

    def close(self):
        for process in reversed(list(self.running)):
            self.stop(process)

    def log(self, name):
        return (self.directory / f"{name}.log").read_text(errors="replace")


class World:
    """Namespaces and an emulator. `places` is a mapping from the name of a place to its Region; the global endpoint is served from us-east-1
    but for the places in `local`, in whose own Regions it is."""

    def __init__(self, places, endpoints, service_ms=1.0, local=()):
        self.places = dict(places)
        self.local = set(local)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="stsbench-places-"))
        # Jobs that do not run as root read the fleet's announcement and write their runs.
        self.directory.chmod(0o755)
        self.tag = f"sb{os.getpid() % 100000}"
        self.bridge = f"{self.tag}br"
        self.daemons = Daemons(self.directory)
        self.spaces = []
        try:
            self.make_network()
            self.start_emulator(endpoints, service_ms)
        except BaseException:
            self.close()
            raise

    def address(self, place):
        return f"{NET}.{11 + list(self.places).index(place)}"

    def space(self, place):
        return f"{self.tag}-{place}"

    def make_network(self):
        run("ip", "link", "add", self.bridge, "type", "bridge")
        run("ip", "addr", "add", f"{HERE}/24", "dev", self.bridge)
        for number in range(FIRST_ENDPOINT, FIRST_ENDPOINT + ENDPOINT_ADDRESSES):
            run("ip", "addr", "add", f"{NET}.{number}/32", "dev", self.bridge)
        run("ip", "link", "set", self.bridge, "up")
        for index, place in enumerate(self.places):
            space, here = self.space(place), f"{self.tag}v{index}"
            run("ip", "netns", "add", space)
            self.spaces.append(space)
            run("ip", "link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", space)
            run("ip", "link", "set", here, "master", self.bridge, "up")
            run("ip", "-n", space, "addr", "add", f"{self.address(place)}/24", "dev", "eth0")
            run("ip", "-n", space, "link", "set", "eth0", "up")
            run("ip", "-n", space, "link", "set", "lo", "up")

    def start_emulator(self, endpoints, service_ms):
        callers = "".join(
            f'[[callers]]\naddress = "{self.address(place)}"\nfrom = "{region}"\n'
            + ('global_endpoint = "local-serving"\n' if place in self.local else "")
            for place, region in self.places.items())
        self.fleet = self.directory / "fleet.toml"
        self.fleet.write_text(
            f'endpoints = "{endpoints}"\nlink = "bytes"\n'
            f'listen_address = "{NET}.{FIRST_ENDPOINT}"\nlisten_port = 443\nseed = 7\n'
            f'service_time = {{ get-caller-identity = {{ median_ms = {service_ms}, sigma = 0.1 }} }}\n{callers}')
        self.announced = self.directory / "fleet.jsonl"
        with self.announced.open("wb") as out:
            self.emulator = self.daemons.start(
                "emulator", STSBENCH, "emulate", "--fleet", self.fleet, "--audit", self.directory / "audit", stdout=out,
                env={"PATH": os.environ["PATH"]})
        wait_until("the emulator announces itself", self.has_announced)
        self.announced.chmod(0o644)
        lines = [json.loads(line) for line in self.announced.read_text().splitlines()]
        self.endpoints = {line["name"]: line for line in lines if line["kind"] == "endpoint"}

    def has_announced(self):
        if self.emulator.poll() is not None:
            raise AssertionError(f"the emulator ended: {self.daemons.log('emulator')}")
        lines = self.announced.read_text().splitlines()
        return bool(lines) and len(lines) == json.loads(lines[0])["endpoints"] + 1

    def distance(self, place, endpoint):
        """The round trip that the emulator was given, in milliseconds, and the Region that serves."""
        at = self.endpoints[endpoint]
        [caller] = [one for one in at["callers"] if one["address"] == self.address(place)]
        return caller["rtt_ms"], caller["served_by"]

    def callers_seen(self):
        """The source addresses in the emulator's audit records."""
        seen = set()
        for path in (self.directory / "audit").rglob("*.jsonl"):
            seen |= {json.loads(line)["sourceIPAddress"] for line in path.read_text().splitlines()}
        return seen

    def inside(self, place, *command, **options):
        # Not `ip netns exec`, which mounts another /sys.
        return run("nsenter", f"--net=/run/netns/{self.space(place)}", *command, **options)

    def kill(self, place):
        """What a node is after its power has failed: nothing runs there, and nothing reaches it."""
        space = self.space(place)
        run("ip", "-n", space, "link", "set", "eth0", "down")
        for pid in run("ip", "netns", "pids", space).stdout.split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass

    def revive(self, place):
        run("ip", "-n", self.space(place), "link", "set", "eth0", "up")

    def close(self):
        self.daemons.close()
        for space in self.spaces:
            for pid in run("ip", "netns", "pids", space, check=False).stdout.split():
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            run("ip", "netns", "del", space, check=False)
        run("ip", "link", "del", self.bridge, check=False)
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.directory, ignore_errors=True)


class Slurm:
    """A cluster with one node in each place of a world, named after it."""

    CONTROLLER, NODE = 26817, 26818

    def __init__(self, world):
        self.world = world
        self.directory = world.directory / "slurm"
        self.directory.mkdir()
        self.nodes = {}
        world.daemons.start(
            "munged", "munged", "--foreground", "--force", "--num-threads=2", f"--key-file={self.key()}",
            f"--socket={self.directory}/munge.socket", f"--pid-file={self.directory}/munged.pid",
            f"--log-file={self.directory}/munged.log", f"--seed-file={self.directory}/munged.seed")
        wait_until("munged listens", (self.directory / "munge.socket").exists)
        self.conf = self.directory / "slurm.conf"
        self.conf.write_text(self.configuration())
        (self.directory / "cgroup.conf").write_text("CgroupPlugin=disabled\n" if self.release() >= (23, 11) else "")
        self.environment = {
            "PATH": os.environ["PATH"], "SLURM_CONF": str(self.conf), "HOME": str(self.directory), "LANG": "C.UTF-8"}
        world.daemons.start("slurmctld", "slurmctld", "-D", "-f", self.conf)
        for place in world.places:
            self.start_node(place)
        wait_until("every node is idle", lambda: self.states() == {place: "idle" for place in world.places})

    @staticmethod
    def release():
        return tuple(int(part) for part in run("slurmctld", "-V").stdout.split()[1].split(".")[:2])

    def key(self):
        key = self.directory / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        return key

    def configuration(self):
        nodes = "".join(
            f"NodeName={place} NodeAddr={self.world.address(place)} CPUs=1 Features=region:{region} State=UNKNOWN\n"
            for place, region in self.world.places.items())
        d = self.directory
        return (
            f"ClusterName=stsbench\nSlurmctldHost={socket.gethostname().split('.')[0]}({HERE})\nSlurmUser=root\n"
            f"AuthType=auth/munge\nAuthInfo=socket={d}/munge.socket\nCredType=cred/munge\n"
            f"SlurmctldPort={self.CONTROLLER}\nSlurmdPort={self.NODE}\n"
            f"StateSaveLocation={d}/state\nSlurmdSpoolDir={d}/spool.%n\n"
            f"SlurmctldPidFile={d}/slurmctld.pid\nSlurmdPidFile={d}/slurmd.%n.pid\n"
            "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nMpiDefault=none\nReturnToService=2\n"
            "SelectType=select/cons_tres\nSelectTypeParameters=CR_Core\nSlurmdTimeout=10\nKillWait=5\nJobRequeue=1\n"
            "SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000\n"
            f"{nodes}PartitionName=places Nodes=ALL Default=YES MaxTime=01:00:00 State=UP OverSubscribe=EXCLUSIVE\n")

    def start_node(self, place):
        self.nodes[place] = self.world.daemons.start(
            f"slurmd-{place}", "nsenter", f"--net=/run/netns/{self.world.space(place)}", "slurmd", "-D", "-f", self.conf,
            "-N", place)

    def states(self):
        lines = run("sinfo", "-h", "-N", "-o", "%N %t", env=self.environment, check=False).stdout.splitlines()
        return dict(line.split() for line in lines)

    def submit(self, *places, options="", sbatch="", variables=None):
        """Sends deploy/slurm/submit's array job; its number."""
        out = self.directory / "out"
        out.mkdir(exist_ok=True)
        done = run(
            ROOT / "deploy/slurm/submit", *places, cwd=out,
            env=self.environment | {
                "PLACES_OPTIONS": options, "PLACES_SBATCH": sbatch, "STSBENCH_PROGRAM": str(STSBENCH),
                "AWS_EC2_METADATA_DISABLED": "true"} | (variables or {}))
        return done.stdout.strip()

    def tasks(self, job):
        """State, exit code and node of every task of an array job."""
        found = {}
        shown = run("scontrol", "-o", "show", "job", job, env=self.environment, check=False).stdout
        for line in shown.splitlines():
            fields = dict(word.split("=", 1) for word in line.split() if "=" in word)
            if "ArrayTaskId" in fields and fields["ArrayTaskId"].isdigit():
                found[int(fields["ArrayTaskId"])] = fields
        return found

    def finish(self, job, seconds=90):
        """Waits until every task has ended; their fields."""
        ended = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "BOOT_FAIL"}
        def all_ended():
            tasks = self.tasks(job)
            return bool(tasks) and all(task["JobState"] in ended for task in tasks.values())
        wait_until(f"job {job} ends: {self.tasks(job)}", all_ended, seconds)
        return self.tasks(job)

    def output(self, job):
        """What every task has printed."""
        return "\n".join(path.read_text() for path in sorted((self.directory / "out").glob(f"slurm-{job}_*.out")))
