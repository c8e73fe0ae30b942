"""action.yml and the example workflows: before GitHub's schemas, zizmor and shellcheck, and their scripts carried out as a
runner would."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from ruamel.yaml import YAML

from sample import BARE, READERS, ROOT, STSBENCH, sample

ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / "examples/github").glob("*.yml"))


def loaded(path):
    return YAML(typ="safe").load(path)


def steps(path):
    document = loaded(path)
    if "runs" in document:
        return document["runs"]["steps"]
    return [step for job in document["jobs"].values() for step in job["steps"]]


class Form(unittest.TestCase):
    def passes(self, *command):
        done = subprocess.run(command, env=BARE, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_schemas_of_github_and_the_security_of_zizmor_have_nothing_to_say(self):
        self.assertEqual(len(WORKFLOWS), 2)
        check = READERS / "check-jsonschema"
        self.passes(check, "--builtin-schema", "vendor.github-actions", ACTION)
        self.passes(check, "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
        self.passes(READERS / "zizmor", "--offline", "--no-progress", "--persona", "pedantic", ACTION, *WORKFLOWS)

    def test_every_script_passes_shellcheck_and_has_no_expression_in_it(self):
        scripts = [(path.name, step["run"]) for path in [ACTION, *WORKFLOWS] for step in steps(path) if "run" in step]
        self.assertEqual(len(scripts), 6)
        for name, script in scripts:
            self.assertNotIn("${{", script, name)
            done = subprocess.run(
                [READERS / "shellcheck", "--shell=bash", "-"],
                input=script, env=BARE, capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (0, ""), name)

    def test_every_foreign_action_is_pinned_to_a_commit(self):
        for path in [ACTION, *WORKFLOWS]:
            for step in steps(path):
                if "uses" in step:
                    self.assertRegex(step["uses"], r"@[0-9a-f]{40}$", path.name)


class Runner:
    """As much of a runner as the scripts need: files, variables, and the few expressions that stand in `env`."""

    def __init__(self, path, inputs=None, outputs=None, environment=None):
        self.directory = tempfile.TemporaryDirectory(prefix="stsbench-runner-")
        self.path = pathlib.Path(self.directory.name)
        self.temporary = self.path / "temp"
        self.temporary.mkdir()
        document = loaded(path)
        self.steps = {step["name"]: step for step in steps(path)}
        self.inputs = {name: about["default"] for name, about in document.get("inputs", {}).items()} | (inputs or {})
        self.outputs = outputs or {}
        self.variables = BARE | (environment or {})
        self.summary = self.path / "summary.md"
        self.summary.touch()

    def value(self, text):
        def expression(found):
            name = found[1]
            if name.startswith("inputs."):
                return self.inputs[name.removeprefix("inputs.")]
            if step := re.fullmatch(r"steps\.(.*)\.outputs\.(.*)", name):
                return self.outputs.get(step[1], {}).get(step[2], "")
            return {
                "github.action_path": str(ROOT), "github.ref_name": "main", "github.workflow": "STS endpoints",
                "github.token": "token", "github.repository": "owner/name"}[name]

        return re.sub(r"\$\{\{ (.*?) \}\}", expression, text)

    def run(self, name):
        """Carries out one step; what it wrote as outputs is there for the next."""
        step = self.steps[name]
        written = self.path / "output"
        written.write_text("")
        variables = self.variables | {
            "GITHUB_OUTPUT": str(written), "GITHUB_STEP_SUMMARY": str(self.summary), "RUNNER_TEMP": str(self.temporary)}
        variables |= {key: self.value(value) for key, value in step.get("env", {}).items()}
        script = self.path / "script.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script], cwd=self.path, env=variables,
            capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        told = dict(line.split("=", 1) for line in written.read_text().splitlines())
        self.outputs[step.get("id", name)] = told
        return done

    def close(self):
        self.directory.cleanup()


class Action(unittest.TestCase):
    def runner(self, **inputs):
        runner = Runner(ACTION, {name.replace("_", "-"): value for name, value in inputs.items()})
        self.addCleanup(runner.close)
        return runner

    def program(self, runner, name, script):
        """A program of our own in the place of another."""
        path = runner.path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/usr/bin/env bash\n{script}\n")
        path.chmod(0o755)
        return path

    def test_a_simulated_run_leaves_summary_junit_and_outputs_and_no_input_is_a_command(self):
        hostile = "$(touch pwned) `touch pwned`; touch pwned & ##[group]x"
        runner = self.runner(
            binary=STSBENCH, simulate="eu-central-1", endpoints="global,eu-central-1", operations="get-caller-identity",
            connections="warm", rounds="12", vantage=hostile, gates="p(50) < 10s\n\n  p50(eu-central-1) <= 2 * p50(global)\n",
            arguments="--blocks=2\n--warmup-rounds=0\n--rate-per-endpoint=20\n--seed=7\n--link=bytes\n")
        self.assertEqual(runner.run("Install stsbench").returncode, 0)
        done = runner.run("Measure")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = runner.outputs["measure"]
        directory = pathlib.Path(told["directory"])
        self.assertEqual({path.name for path in directory.iterdir()}, {"run", "junit.xml", "summary.md"}, done.stderr)
        self.assertEqual(runner.summary.read_text(), (directory / "summary.md").read_text())
        self.assertTrue(runner.summary.read_text().startswith("## "))
        title = json.loads((directory / "run/summary.json").read_text())["title"]
        self.assertEqual(told["verdict"], title)
        stored = json.loads((directory / "run/run.json").read_text())
        self.assertEqual(stored["vantage"]["name"], hostile)
        self.assertEqual(len(stored["plan"]["judging"]["gates"]), 2)
        self.assertEqual(list(runner.path.rglob("pwned")), [])
        # A busy machine can make the run invalid or leave its gates open; the judge says the same.
        self.assertIn(told["outcome"], ["success", "invalid", "inconclusive"])
        self.assertEqual(runner.run("Judge").returncode, int(told["exit-code"]))

    def test_every_exit_code_has_its_outcome_and_ends_the_job_with_it(self):
        # What follows --out is the directory; a run leaves its file there.
        measure = 'mkdir "$3"; echo "{}" >"$3/run.json"'
        for code, outcome in [
            (0, "success"), (1, "violated"), (2, "failure"), (3, "invalid"), (4, "failure"), (5, "failure"), (6, "failure"),
            (7, "inconclusive"), (70, "failure"), (130, "failure"), (143, "failure"),
        ]:
            for inconclusive in ("fail", "pass"):
                runner = self.runner(inconclusive=inconclusive)
                binary = self.program(runner, "stsbench", f"{measure}; exit {code}")
                runner.outputs["install"] = {"binary": str(binary)}
                self.assertEqual(runner.run("Measure").returncode, 0)
                told = runner.outputs["measure"]
                self.assertEqual((told["outcome"], told["exit-code"]), (outcome, str(code)))
                self.assertEqual(told["verdict"], "nothing was measured")
                let_pass = code == 7 and inconclusive == "pass"
                self.assertEqual(runner.run("Judge").returncode, 0 if let_pass else code)

    def test_without_a_run_the_outcome_is_failure_whatever_the_exit_code(self):
        for code in (0, 1, 2, 3, 7, 70):
            for left_behind in ("true", 'mkdir "$3"', 'mkdir "$3"; : >"$3/run.json"'):
                runner = self.runner(inconclusive="pass")
                binary = self.program(runner, "stsbench", f"{left_behind}; exit {code}")
                runner.outputs["install"] = {"binary": str(binary)}
                self.assertEqual(runner.run("Measure").returncode, 0)
                told = runner.outputs["measure"]
                self.assertEqual((told["outcome"], told["exit-code"]), ("failure", str(code)), left_behind)
                self.assertNotEqual(runner.run("Judge").returncode, 0, left_behind)

    def test_arguments_that_ask_for_no_measurement_are_a_failure(self):
        for arguments in ("--dry-run", "--help", "-h", "--rounds=4\n--dry-run\n"):
            runner = self.runner(
                simulate="eu-central-1", endpoints="eu-central-1", gates="p(50) < 10s", arguments=arguments)
            runner.outputs["install"] = {"binary": STSBENCH}
            self.assertEqual(runner.run("Measure").returncode, 0)
            told = runner.outputs["measure"]
            self.assertEqual((told["outcome"], told["verdict"]), ("failure", "nothing was measured"), arguments)
            self.assertNotEqual(runner.run("Judge").returncode, 0, arguments)

    def test_without_a_binary_this_source_is_installed_below_the_runners_own_directory(self):
        runner = self.runner()
        self.program(runner, "cargo", f"""
            [[ "$*" == "install --locked --path {ROOT} --root $RUNNER_TEMP/stsbench" ]] || exit 9
            mkdir -p "$RUNNER_TEMP/stsbench/bin"
            cp "{STSBENCH}" "$RUNNER_TEMP/stsbench/bin/"
        """)
        runner.variables = BARE | {"PATH": f"{runner.path / 'bin'}:{BARE['PATH']}"}
        done = runner.run("Install stsbench")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("stsbench 0.", done.stdout)
        self.assertTrue(os.access(runner.outputs["install"]["binary"], os.X_OK))


class Workflows(unittest.TestCase):
    def test_the_gates_of_the_examples_mean_something(self):
        used = [step["with"] for path in WORKFLOWS for step in steps(path) if step.get("uses", "").startswith("OWNER/")]
        self.assertEqual(len(used), 3)
        known = set(loaded(ACTION)["inputs"])
        for inputs in used:
            self.assertLessEqual(set(inputs), known)
            options = [f"--{name}={inputs[name]}" for name in ("endpoints", "operations", "rounds") if name in inputs]
            gates = [f"--gate={line}" for line in inputs["gates"].splitlines()]
            done = subprocess.run(
                [STSBENCH, "run", "--dry-run", "--simulate", *options, *gates], env=BARE, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def audit(self, runs):
        """The scheduled audit after a measurement, with so many runs before it."""
        runner = Runner(ROOT / "examples/github/scheduled-audit.yml", environment={"HISTORY": "sts-history"})
        self.addCleanup(runner.close)
        history = runner.temporary / "sts-history"
        history.mkdir()
        run = sample()
        for day in range(1, runs + 1):
            run |= {"run_id": f"202609{day:02}-193305-10a45b6b", "started_at": f"2026-09-{day:02}T19:33:05Z"}
            (history / f"{run['run_id']}.json").write_text(json.dumps(run))
        measured = runner.path / "measured"
        (measured / "run").mkdir(parents=True)
        (measured / "run/run.json").write_text(json.dumps(sample()))
        runner.outputs["stsbench"] = {"binary": STSBENCH, "directory": str(measured)}
        return runner, history

    def test_the_audit_compares_with_its_history_and_a_short_one_is_no_failure(self):
        for runs in (3, 12):
            runner, _ = self.audit(runs)
            done = runner.run("This run against those before it")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("|", runner.summary.read_text())

    def test_the_audit_keeps_forty_runs(self):
        runner, history = self.audit(3)
        for number in range(50):
            (history / f"20260801-{number:06}-10a45b6b.json").write_text("{}")
        # The artifact of another run may hold any name.
        other = runner.temporary / "20260801 other.json"
        other.write_text("{}")
        (history / "20260101 other.json").write_text("{}")
        (history / "20260102\n20260801 other.json").write_text("{}")
        (history / f"20260103 {other.name}").write_text("{}")
        (history / "-rf .json").write_text("{}")
        done = runner.run("This run among the others")
        self.assertEqual(done.returncode, 0, done.stderr)
        kept = sorted(path.name for path in history.iterdir())
        self.assertEqual(len(kept), 40)
        self.assertEqual(kept[-1], "20261122-193305-10a45b6b.json")
        self.assertEqual(kept[0], "20260801-000014-10a45b6b.json")
        self.assertTrue(other.exists())

    def test_history_is_what_this_branch_measured_by_the_clock(self):
        runner, _ = self.audit(0)
        (runner.temporary / "sts-history").rmdir()
        program = runner.path / "bin/gh"
        program.parent.mkdir()
        program.write_text('#!/usr/bin/env bash\nprintf "%s\\n" "$*" >>asked\n[[ $1 == run && $2 == list ]] && echo 7\n')
        program.chmod(0o755)
        runner.variables = runner.variables | {"PATH": f"{program.parent}:{BARE['PATH']}"}
        done = runner.run("The runs before this one")
        self.assertEqual(done.returncode, 0, done.stderr)
        asked = (runner.path / "asked").read_text()
        self.assertIn("--branch main", asked)
        self.assertIn("--event schedule", asked)
