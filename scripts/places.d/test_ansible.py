"""The playbook, carried out over ssh on a machine that is a network namespace with an address of its own."""

import json
import os
import pathlib
import unittest

from lab import ROOT, STSBENCH, World, run, wait_until
from tools import BARE, TOOLS

PLACE = "laptop-1"


class Playbook(unittest.TestCase):
    def setUp(self):
        self.world = World({PLACE: "eu-west-1"}, "global,eu-west-1")
        self.addCleanup(self.world.close)
        self.directory = self.world.directory
        self.start_sshd()

    def start_sshd(self):
        for name in ("host", "user"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.directory / name)
        (self.directory / "authorized").write_text((self.directory / "user.pub").read_text())
        host = (self.directory / "host.pub").read_text().split()[:2]
        (self.directory / "known").write_text(f"{self.world.address(PLACE)} {' '.join(host)}\n")
        (self.directory / "sshd_config").write_text(
            f"ListenAddress {self.world.address(PLACE)}\nPort 22\nHostKey {self.directory}/host\n"
            f"AuthorizedKeysFile {self.directory}/authorized\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            f"PermitRootLogin prohibit-password\nPidFile {self.directory}/sshd.pid\nSubsystem sftp internal-sftp\n")
        # Where sshd's children give up their rights; Debian makes it when the service starts.
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        self.world.daemons.start(
            "sshd", "nsenter", f"--net=/run/netns/{self.world.space(PLACE)}", "/usr/sbin/sshd", "-D", "-e",
            "-f", self.directory / "sshd_config")
        wait_until("sshd listens", lambda: "listening" in self.world.daemons.log("sshd").lower())

    def test_the_playbook_measures_over_ssh_and_leaves_nothing_behind(self):
        inventory = self.directory / "inventory.yml"
        text = (ROOT / "deploy/ansible/inventory.yml").read_text()
        head = text.partition("    office-1:")[0]
        inventory.write_text(
            f"{head}    {PLACE}:\n      ansible_host: {self.world.address(PLACE)}\n      ansible_user: root\n"
            f"      ansible_ssh_private_key_file: {self.directory}/user\n"
            f"      ansible_python_interpreter: {TOOLS}/python\n"
            f"      ansible_ssh_common_args: -o UserKnownHostsFile={self.directory}/known\n")
        store = self.directory / "store"
        store.mkdir()
        variables = {
            "stsbench_program": str(STSBENCH), "stsbench_store": str(store), "stsbench_results": str(self.directory / "results"),
            "stsbench_options": [
                "--simulate", "eu-west-1", "--emulator", str(self.world.announced), "--endpoints", "global,eu-west-1",
                "--operations", "get-caller-identity", "--connections", "cold", "--rounds", "16", "--blocks", "4"]}
        before = set(pathlib.Path("/tmp").glob("stsbench-place-*"))
        done = run(
            TOOLS / "ansible-playbook", "-i", inventory, ROOT / "deploy/ansible/places.yml", "-e", json.dumps(variables),
            env=BARE | {"ANSIBLE_LOCAL_TEMP": str(self.directory / "ansible"), "ANSIBLE_NOCOLOR": "1",
                        "PATH": f"{TOOLS}:{os.environ['PATH']}"}, check=False, timeout=180)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr + self.world.daemons.log("sshd"))
        [saved] = store.glob(f"v1/runs/dt=*/vantage={PLACE}/run=*/run.json")
        run_file = json.loads(saved.read_text())
        self.assertEqual(run_file["vantage"]["name"], PLACE)
        self.assertEqual(run_file["vantage"]["simulation"]["region"], "eu-west-1")
        self.assertIn(self.world.address(PLACE), self.world.callers_seen())
        self.assertEqual(set(pathlib.Path("/tmp").glob("stsbench-place-*")) - before, set(), "the directory there is gone")


if __name__ == "__main__":
    unittest.main()
