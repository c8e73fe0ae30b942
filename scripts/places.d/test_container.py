"""The image, run as the manifests say: read-only, uid 65535, without capabilities; and ended as a cluster ends a pod."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from lab import ROOT, run
from tools import BARE

IMAGE = "localhost/stsbench-places-test"
ROOTLESS_FS = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=65535:65535"]


def podman(*words, **options):
    return run("podman", "--runtime=runc", f"--root={storage.name}/root", f"--runroot={storage.name}/run", "--cgroup-manager=cgroupfs",
               "--storage-driver=vfs", *words, env=BARE, **options)


def setUpModule():
    global storage, program
    storage = tempfile.TemporaryDirectory(prefix="stsbench-images-")
    unittest.addModuleCleanup(storage.cleanup)
    program = pathlib.Path(os.environ["STATIC_PROGRAM"]).resolve()
    unittest.addModuleCleanup(podman, "rmi", "--force", IMAGE, check=False)
    podman("build", "--isolation=chroot", "--layers=false", "--file", ROOT / "deploy/container/Containerfile", "--tag", IMAGE, program.parent)


class Image(unittest.TestCase):
    def setUp(self):
        self.out = pathlib.Path(tempfile.mkdtemp(prefix="stsbench-out-"))
        self.addCleanup(shutil.rmtree, self.out, True)
        os.chown(self.out, 65535, 65535)

    def arguments(self, *words):
        # A class of limits that this machine lets us set; the pod has those of its node.
        return ["run", "--rm", "--network=none", "--ulimit=nofile=1024:20000", "--ulimit=nproc=1024:4096", *ROOTLESS_FS,
                "--stop-timeout=60", f"--volume={self.out}:/out", *words]

    def test_the_image_holds_one_static_program_and_no_shell(self):
        [shown] = json.loads(podman("image", "inspect", IMAGE).stdout)
        self.assertEqual(shown["Config"]["User"], "65535:65535")
        self.assertEqual(shown["Config"]["Entrypoint"], ["/stsbench"])
        self.assertEqual(len(shown["RootFS"]["Layers"]), 1)
        headers = run("readelf", "--program-headers", program).stdout
        self.assertNotIn("INTERP", headers)
        print(f"image: {shown['Size'] / 1e6:.1f} MB", flush=True)
        done = podman(*self.arguments("--entrypoint=/bin/sh", IMAGE, "-c", "true"), check=False)
        self.assertNotEqual(done.returncode, 0)

    def test_it_measures_as_the_manifest_runs_it(self):
        done = podman(*self.arguments(
            "--env=STSBENCH_NODE_ZONE=eu-central-1a", "--env=STSBENCH_VANTAGE=eu-central-1a", IMAGE, "run", "--simulate", "--link=undelayed",
            "--endpoints=global,eu-central-1", "--operations=get-caller-identity", "--rounds=16", "--blocks=4", "--out=/out/run",
            "--progress=never"), check=False)
        self.assertIn(done.returncode, (0, 3), done.stdout + done.stderr)
        self.assertIn("SIMULATED", done.stdout)
        saved = json.loads((self.out / "run/run.json").read_text())
        self.assertEqual(saved["vantage"]["name"], "eu-central-1a")
        self.assertEqual((self.out / "run/run.json").stat().st_uid, 65535)

    def test_a_volume_that_an_engine_makes_there_takes_the_owner_of_the_image(self):
        # The task of deploy/aws/places.yaml has a new volume at /out. Fargate gives it the owner that the image's directory has, if
        # the image declares the volume, and root otherwise. (podman gives it to the container's user in any case.)
        [shown] = json.loads(podman("image", "inspect", IMAGE).stdout)
        self.assertEqual(list(shown["Config"]["Volumes"]), ["/out"])
        self.addCleanup(podman, "image", "unmount", IMAGE, check=False)
        there = pathlib.Path(podman("image", "mount", IMAGE).stdout.strip(), "out").stat()
        self.assertEqual((there.st_uid, there.st_gid), (65535, 65535))

    def test_names_are_resolved_without_the_libraries_of_a_system(self):
        hosts = self.out / "hosts"
        hosts.write_text("127.0.0.1 sts.test\n")
        done = podman(*self.arguments(
            f"--volume={hosts}:/etc/hosts:ro", "--env=AWS_ACCESS_KEY_ID=test", "--env=AWS_SECRET_ACCESS_KEY=test",
            "--env=AWS_EC2_METADATA_DISABLED=true", IMAGE, "run", "--endpoint-url=there=http://sts.test:9", "--insecure-http=sts.test",
            "--endpoints=there", "--operations=get-caller-identity", "--rounds=2", "--blocks=2", "--out=-", "--progress=never"), check=False)
        # Nobody listens there; that the connection is refused says that the name was found.
        self.assertRegex(done.stdout + done.stderr, r"(?i)refused")

    def test_sigterm_ends_with_a_saved_partial_run_within_the_grace_period(self):
        name = f"stsbench-places-{os.getpid()}"
        words = self.arguments(
            f"--name={name}", IMAGE, "run", "--simulate", "--link=undelayed", "--endpoints=global,eu-central-1",
            "--operations=get-caller-identity", "--rounds=2000", "--out=/out/run", "--progress=never")
        process = subprocess.Popen(
            ["podman", "--runtime=runc", f"--root={storage.name}/root", f"--runroot={storage.name}/run", "--cgroup-manager=cgroupfs",
             "--storage-driver=vfs", *words],
            env=BARE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        end = time.monotonic() + 60
        samples = self.out / "run/samples.csv"
        while not (samples.exists() and samples.stat().st_size > 2000):
            self.assertIsNone(process.poll(), "it ended early")
            self.assertLess(time.monotonic(), end, "it never began")
            time.sleep(0.1)
        begun = time.monotonic()
        podman("stop", "--time=60", name)
        said, _ = process.communicate(timeout=70)
        taken = time.monotonic() - begun
        self.assertLess(taken, 60, "within terminationGracePeriodSeconds")
        self.assertEqual(process.returncode, 143, said)
        saved = json.loads((self.out / "run/run.json").read_text())
        self.assertNotEqual(saved["completion"], "complete")
        print(f"stopped and saved in {taken:.1f} s", flush=True)


if __name__ == "__main__":
    unittest.main()
