"""Three places, one bucket: stores on S3 servers by others, moto and LocalBucket; and what they say of a server that is away."""

import socket
import unittest

import boto3
from botocore.config import Config

from lab import HERE, STSBENCH, Slurm, World, run, wait_until
from measure import OPTIONS, SAVED, matrix, rows, submit
from tools import BARE, TOOLS

PLACES = {region: region for region in ("eu-central-1", "us-east-1", "ap-northeast-1")}
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "testtesttest"}
STORE = "s3://bench/sts"


def setUpModule():
    global world, slurm
    world = World(PLACES, "global,eu-central-1,us-east-1,ap-northeast-1")
    unittest.addModuleCleanup(world.close)
    slurm = Slurm(world)


def free_port():
    with socket.socket() as free:
        free.bind((HERE, 0))
        return free.getsockname()[1]


def listens(port):
    with socket.socket() as caller:
        return caller.connect_ex((HERE, port)) == 0


class Buckets:
    """What holds for every S3 server."""

    def command(self, port):
        raise NotImplementedError

    def setUp(self):
        port = free_port()
        self.url = f"http://{HERE}:{port}"
        self.server = world.daemons.start(type(self).__name__, *self.command(port), env=BARE)
        self.addCleanup(world.daemons.stop, self.server)
        wait_until(f"{type(self).__name__} listens", lambda: listens(port))
        self.client = boto3.client(
            "s3", endpoint_url=self.url, region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="testtesttest",
            config=Config(s3={"addressing_style": "path"}))
        self.client.create_bucket(Bucket="bench", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.variables = KEYS | {
            "STSBENCH_STORE_ENDPOINT": self.url, "STSBENCH_STORE_INSECURE_HTTP": "true", "STSBENCH_STORE_REGION": "eu-central-1"}
        self.access = ["--store-endpoint", self.url, "--store-insecure-http", "--store-region", "eu-central-1"]

    def keys(self):
        listed = self.client.list_objects_v2(Bucket="bench").get("Contents", [])
        return sorted(one["Key"] for one in listed)

    def stored(self):
        """The vantages of the runs that are whole."""
        return sorted(key.split("/")[4].removeprefix("vantage=") for key in self.keys() if key.endswith("/manifest.json"))

    def test_three_places_write_into_one_bucket_and_a_matrix_reads_it(self):
        job = submit(slurm, *PLACES, store=STORE, variables=self.variables)
        tasks = slurm.finish(job)
        self.assertTrue(all(task["ExitCode"] in SAVED for task in tasks.values()), slurm.output(job))
        self.assertEqual(self.stored(), sorted(PLACES))
        for key in self.keys():
            self.assertRegex(key, r"^sts/v1/runs/dt=\d{4}-\d\d-\d\d/vantage=[a-z0-9-]+/run=[0-9a-f-]+/(run\.json|manifest\.json|summary\.csv|histograms\.hlog)$")
        found = rows(STORE, *self.access, variables=KEYS)
        self.assertEqual(set(found), set(PLACES))
        self.assertTrue(all(row["endpoints"] for row in found.values()))
        before = {key: self.body(key) for key in self.keys()}
        self.again(before)

    def body(self, key):
        return self.client.get_object(Bucket="bench", Key=key)["Body"].read()

    def again(self, before):
        """The same runs once more: nothing is replaced, nothing is added."""
        for key in [key for key in before if key.endswith("run.json")]:
            local = world.directory / "again.json"
            local.write_bytes(before[key])
            done = run(STSBENCH, "push", local, "--store", STORE, *self.access, env=BARE | KEYS, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({key: self.body(key) for key in self.keys()}, before)

    def test_a_run_stays_on_disk_while_the_server_is_away_and_is_pushed_later(self):
        place = "us-east-1"
        world.daemons.stop(self.server)
        options = f"{OPTIONS} --out {world.directory}/kept-{type(self).__name__}"
        job = submit(slurm, place, store=STORE, options=options, variables=self.variables)
        [task] = slurm.finish(job, seconds=180).values()
        said = slurm.output(job)
        self.assertNotIn(task["ExitCode"], SAVED, said)
        self.assertIn("stsbench push", said)
        self.setUp()
        done = run(
            STSBENCH, "push", f"{world.directory}/kept-{type(self).__name__}", "--store", STORE, *self.access, env=BARE | KEYS, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.stored(), [place])
        self.assertEqual(matrix(STORE, *self.access, variables=KEYS).returncode, 0)


class Moto(Buckets, unittest.TestCase):
    def command(self, port):
        return [TOOLS / "moto_server", "-H", HERE, "-p", port]


class LocalBucket(Buckets, unittest.TestCase):
    def command(self, port):
        data = world.directory / f"localbucket-{port}"
        data.mkdir()
        return [TOOLS / "localbucket", "--host", HERE, "--port", port, data]


if __name__ == "__main__":
    unittest.main()
