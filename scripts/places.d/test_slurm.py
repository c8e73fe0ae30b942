"""A real Slurm, three nodes with addresses of their own, one store: an emulator answers each address as seen from another Region, and
a matrix has to find that out."""

import json
import pathlib
import re
import socket
import time
import unittest

from lab import STSBENCH, Slurm, World, run, wait_until
from measure import OPTIONS, SAVED, matrix, program_of_a_node, rows, submit, wrong_cells
from tools import BARE

PLACES = {region: region for region in ("eu-central-1", "us-east-1", "ap-northeast-1")}
# What the emulator was given: the global endpoint is served from us-east-1, also for callers elsewhere.
DECISIONS = {"eu-central-1": "set-it", "us-east-1": "no-need", "ap-northeast-1": "set-it"}
# A machine with little to spare adds this to a call that takes two round trips.
TOLERANCE_MS = 25
ATTEMPTS = 4


def setUpModule():
    global world, slurm
    world = World(PLACES, "global,eu-central-1,us-east-1,ap-northeast-1")
    unittest.addModuleCleanup(world.close)
    slurm = Slurm(world)


def runs(store):
    """The whole runs in a store that is a directory, by vantage."""
    found = {}
    for manifest in pathlib.Path(store).glob("v1/runs/dt=*/vantage=*/run=*/manifest.json"):
        found.setdefault(manifest.parent.parent.name.removeprefix("vantage="), []).append(manifest.parent)
    return found


class ThreePlaces(unittest.TestCase):
    def setUp(self):
        self.store = world.directory / self.id().rpartition(".")[2]
        self.store.mkdir()
        self.expected = world.directory / "vantages.txt"
        self.expected.write_text("".join(f"{place}\n" for place in PLACES))

    def measured(self, *places, **options):
        job = submit(slurm, *places, store=self.store, **options)
        tasks = slurm.finish(job)
        for task, place in enumerate(places):
            self.assertIn(tasks[task]["ExitCode"], SAVED, slurm.output(job))
            self.assertEqual(tasks[task]["NodeList"], place, "every task ran on its node")
        return job

    def test_an_array_job_finds_the_three_right_answers(self):
        answers = {}
        for _ in range(ATTEMPTS):
            # A busy machine makes numbers invalid, and the run says so: it is measured again.
            missing = [place for place in PLACES if answers.get(place) != DECISIONS[place]]
            if not missing:
                break
            self.measured(*missing)
            found = rows(self.store)
            answers = {place: row["decision"] for place, row in found.items()}
        self.assertEqual(answers, DECISIONS, matrix(self.store).stdout)
        self.assertEqual(wrong_cells(world, found, TOLERANCE_MS), [])
        self.assertEqual({row["region"] for row in found.values()}, set(PLACES.values()))
        self.assertTrue(all(row["simulated"] for row in found.values()))
        self.assertTrue({world.address(place) for place in PLACES} <= world.callers_seen())
        done = matrix(self.store, "--expect", self.expected)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_nobody_but_the_named_callers_is_answered(self):
        # This machine's own address on the bridge is in no table.
        host, _, port = world.endpoints["global"]["url"].removeprefix("https://").rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as caller:
            self.assertEqual(caller.recv(1), b"", "hung up without a word")

    def test_a_task_on_another_node_refuses_to_measure(self):
        script = pathlib.Path(__file__).parents[2] / "deploy/slurm/places.sbatch"
        job = run(
            "sbatch", "--parsable", "--array=0", "--nodelist=us-east-1", script, cwd=slurm.directory,
            env=slurm.environment | {
                "PLACES": "eu-central-1", "PLACES_OPTIONS": OPTIONS, "STSBENCH_STORE": str(self.store),
                "STSBENCH_PROGRAM": str(program_of_a_node(world)), "AWS_EC2_METADATA_DISABLED": "true"}).stdout.strip()
        [task] = slurm.finish(job).values()
        said = "\n".join(path.read_text() for path in slurm.directory.glob(f"slurm-{job}_*.out"))
        self.assertEqual(task["JobState"], "FAILED", said)
        self.assertIn("us-east-1", said)
        self.assertIn("eu-central-1", said)
        self.assertEqual(runs(self.store), {})

    def test_a_task_that_is_delivered_twice_counts_once(self):
        self.measured("eu-central-1")
        [first] = runs(self.store)["eu-central-1"]
        # The same run once more, as from a worker that has not heard that its first try went well.
        again = run(STSBENCH, "push", first / "run.json", "--store", self.store, env=BARE, check=False)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(len(runs(self.store)["eu-central-1"]), 1)
        # The same task once more, as from a queue that delivers at least once.
        self.measured("eu-central-1")
        self.assertEqual(len(runs(self.store)["eu-central-1"]), 2)
        found = rows(self.store)
        self.assertEqual(list(found), ["eu-central-1"])
        newest = max(json.loads((one / "run.json").read_text())["started_at"] for one in runs(self.store)["eu-central-1"])
        self.assertEqual(found["eu-central-1"]["started_at"], newest)

    def test_a_node_that_is_killed_in_mid_run_is_missing_and_not_moved(self):
        victim = "ap-northeast-1"
        job = submit(slurm, *PLACES, store=self.store, options=OPTIONS.replace("--rounds 24", "--rounds 48"))
        wait_until("the victim measures", lambda: "stsbench" in self.commands_in(victim))
        # Some calls have been made when the power fails.
        time.sleep(2)
        try:
            world.kill(victim)
            tasks = slurm.finish(job, seconds=120)
        finally:
            world.revive(victim)
            slurm.start_node(victim)
        states = {place: tasks[task]["JobState"] for task, place in enumerate(PLACES)}
        self.assertEqual(states.pop(victim), "NODE_FAIL")
        self.assertTrue(all(tasks[task]["ExitCode"] in SAVED for task, place in enumerate(PLACES) if place != victim), tasks)
        self.assertEqual(set(runs(self.store)), set(states))
        done = matrix(self.store, "--expect", self.expected, check=False)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn(victim, done.stdout + done.stderr)
        self.assertEqual(set(rows(self.store)), set(states))
        wait_until("the node is back", lambda: slurm.states().get(victim) == "idle", 60)

    def commands_in(self, place):
        pids = run("ip", "netns", "pids", world.space(place)).stdout.split()
        names = set()
        for pid in pids:
            try:
                names.add(pathlib.Path(f"/proc/{pid}/comm").read_text().strip())
            except (FileNotFoundError, ProcessLookupError):
                pass
        return names

    def test_a_job_that_is_cancelled_leaves_a_partial_run(self):
        place = "us-east-1"
        job = submit(slurm, place, store=self.store, options=OPTIONS.replace("--rounds 24", "--rounds 480"))
        wait_until("it measures", lambda: "stsbench" in self.commands_in(place))
        time.sleep(4)
        run("scancel", "--batch", "--signal=TERM", job, env=slurm.environment)
        slurm.finish(job, seconds=60)
        [saved] = runs(self.store)[place]
        self.assertNotEqual(json.loads((saved / "run.json").read_text())["completion"], "complete")
        self.assertIn(place, rows(self.store))

    def test_a_node_with_a_wrong_clock_is_told(self):
        place = "eu-central-1"
        # The kernel's timestamps of packets would still have the right time.
        job = self.measured(place, options=f"{OPTIONS} --clock user-space", variables={"PLACE_CLOCK": "+400s"})
        said = slurm.output(job)
        behind = re.search(r"V12: the service's clock is (\d+) s behind", said)
        self.assertIsNotNone(behind, said)
        # A Date header has whole seconds, and a busy node reads its own clock late.
        self.assertAlmostEqual(int(behind[1]), 400, delta=30)


if __name__ == "__main__":
    unittest.main()
