"""Everything in deploy/ before the schemas and judges of those who wrote the engines. What is carried out besides is in the other
tests."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from lab import ROOT, STSBENCH, run
from tools import BARE, TOOLS

DEPLOY = ROOT / "deploy"


def passes(*command, **options):
    return run(*command, env=BARE, **options).stdout


def documents(directory):
    """What kustomize makes of a directory, as JSON by a YAML reader that is not ours."""
    made = passes("kubectl", "kustomize", DEPLOY / "kubernetes" / directory)
    script = "import sys, yaml, json; print(json.dumps([one for one in yaml.safe_load_all(sys.stdin) if one]))"
    done = subprocess.run([TOOLS / "python", "-c", script], input=made, capture_output=True, text=True, check=True)
    return made, json.loads(done.stdout)


def pod(document):
    spec = document["spec"]
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec["template"]["spec"]


class Kubernetes(unittest.TestCase):
    def test_the_schemas_of_three_releases_accept_what_kustomize_makes(self):
        for directory in ("base", "zone"):
            made, _ = documents(directory)
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(made)
                file.flush()
                for version in ("1.31", "1.35", "1.37"):
                    passes(TOOLS / "kubernetes-validate", "--strict", "--kubernetes-version", version, file.name)

    def test_a_misspelt_field_is_found(self):
        made, _ = documents("base")
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(made.replace("readOnlyRootFilesystem", "readonlyRootFilesystem"))
            file.flush()
            done = run(TOOLS / "kubernetes-validate", "--strict", "--kubernetes-version", "1.35", file.name, check=False, env=BARE)
            self.assertNotEqual(done.returncode, 0)

    def test_every_pod_keeps_to_the_restricted_standard(self):
        pods = [pod(one) for one in documents("base")[1] + documents("zone")[1] if one["kind"] in ("Job", "CronJob")]
        self.assertEqual(len(pods), 3)
        for spec in pods:
            security = spec["securityContext"]
            self.assertTrue(security["runAsNonRoot"])
            self.assertEqual((security["runAsUser"], security["runAsGroup"]), (65535, 65535))
            self.assertEqual(security["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertFalse(spec["automountServiceAccountToken"])
            for key in ("hostNetwork", "hostPID", "hostIPC"):
                self.assertNotIn(key, spec)
            [container] = spec["containers"]
            self.assertEqual(container["securityContext"], {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "privileged": False,
                "capabilities": {"drop": ["ALL"]}})
            self.assertEqual(set(container["resources"]["requests"]), {"cpu", "memory"})
            self.assertIn("memory", container["resources"]["limits"])
            self.assertTrue(all("emptyDir" in volume for volume in spec["volumes"]))

    def test_a_zone_pins_its_pods_and_names_its_vantage(self):
        [job] = documents("zone")[1]
        spec = pod(job)
        zone = spec["nodeSelector"]["topology.kubernetes.io/zone"]
        variables = {one["name"]: one.get("value") for one in spec["containers"][0]["env"]}
        self.assertEqual(variables["STSBENCH_VANTAGE"], zone)
        self.assertEqual(spec["serviceAccountName"], "stsbench")

    def test_the_program_understands_the_arguments_of_every_pod(self):
        for document in documents("base")[1] + documents("zone")[1]:
            if document["kind"] in ("Job", "CronJob"):
                [container] = pod(document)["containers"]
                run(STSBENCH, *container["args"], "--help", env=BARE)


class Others(unittest.TestCase):
    def test_cloudformation_is_as_cfn_lint_wants_it_and_a_misspelt_property_is_found(self):
        template = DEPLOY / "aws/places.yaml"
        passes(TOOLS / "cfn-lint", "--include-checks", "I", "--", template)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(template.read_text().replace("FlexibleTimeWindow:", "FlexibelTimeWindow:"))
            file.flush()
            self.assertNotEqual(run(TOOLS / "cfn-lint", "--", file.name, check=False, env=BARE).returncode, 0)

    def test_the_task_may_put_and_get_runs_and_nothing_else(self):
        text = (DEPLOY / "aws/places.yaml").read_text()
        role = text.partition("  TaskRole:")[2].partition("  # What starts the container")[0]
        self.assertEqual(re.findall(r"(?:s3|iam|ecs|logs|sts|kms|sns|sqs):[A-Z]\w+", role), ["sts:AssumeRole", "s3:PutObject", "s3:GetObject"])
        self.assertEqual(re.findall(r"Resource: (.*)", role), ["!Sub arn:${AWS::Partition}:s3:::${Bucket}/v1/runs/*"])

    def test_the_program_understands_the_command_of_the_task(self):
        text = (DEPLOY / "aws/places.yaml").read_text()
        command = text.partition("          Command:\n")[2].partition("          MountPoints:")[0]
        words = [re.sub(r"\$\{.*?\}", "eu-central-1", word) for word in re.findall(r"- (?:!Sub )?(\S+)", command)]
        self.assertEqual(words[0], "run")
        run(STSBENCH, *words, "--help", env=BARE)

    def test_workflows_are_as_the_schemas_of_github_and_gitlab_want_them(self):
        check = TOOLS / "check-jsonschema"
        passes(check, "--builtin-schema", "vendor.github-workflows", DEPLOY / "github/places.yml")
        passes(check, "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", DEPLOY / "gitlab/places.gitlab-ci.yml")
        passes(TOOLS / "zizmor", "--offline", "--no-progress", "--persona", "pedantic", DEPLOY / "github/places.yml")

    def test_the_program_understands_the_line_of_gitlab(self):
        text = (DEPLOY / "gitlab/places.gitlab-ci.yml").read_text()
        [line] = re.findall(r"- stsbench (run .*)", text)
        run(STSBENCH, *line.replace('"$PLACE"', "eu-central-1").split(), "--help", env=BARE)

    def test_scripts_pass_shellcheck(self):
        scripts = [
            path for path in DEPLOY.rglob("*") if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")]
        self.assertGreater(len(scripts), 2)
        passes(TOOLS / "shellcheck", *scripts)

    def test_systemd_accepts_the_units_and_finds_little_exposed(self):
        with tempfile.TemporaryDirectory(prefix="stsbench-units-") as directory:
            units = []
            for unit in (DEPLOY / "systemd").glob("stsbench.*"):
                copy = pathlib.Path(directory) / unit.name
                copy.write_text(unit.read_text().replace("/usr/local/bin/stsbench", str(STSBENCH)))
                units.append(copy)
            self.assertEqual(len(units), 2)
            done = run("systemd-analyze", "verify", "--man=no", *sorted(units), env=BARE)
            self.assertEqual(done.stderr, "")
            [service] = [unit for unit in units if unit.suffix == ".service"]
            run("systemd-analyze", "security", "--offline=true", "--threshold=20", service, env=BARE)
            service.write_text(service.read_text().replace("ProtectSystem=", "ProtectSytem="))
            wrong = run("systemd-analyze", "verify", "--man=no", service, check=False, env=BARE)
            self.assertIn("ProtectSytem", wrong.stderr)

    def test_the_program_understands_the_line_of_the_unit(self):
        text = (DEPLOY / "systemd/stsbench.service").read_text()
        [line] = re.findall(r"^ExecStart=/usr/local/bin/stsbench (.*)$", text, re.MULTILINE)
        run(STSBENCH, *line.split(), "--help", env=BARE)
