"""The metrics, the rules and the dashboard before a real Prometheus."""

import json
import os
import pathlib
import re
import subprocess
import unittest

from serving import BARE, GRAFANA, PROMETHEUS, ROOT, STSBENCH, get, serving

JAVASCRIPT = pathlib.Path(os.environ["JAVASCRIPT"])
PROMTOOL = PROMETHEUS / "promtool"
HERE = pathlib.Path(__file__).parent

# Queries that have nothing to show while all goes well.
QUIET = ["failures_total", "withheld", "> 0"]


def ran(*command, **more):
    return subprocess.run(command, env=BARE, capture_output=True, text=True, **more)


def dashboard():
    return json.loads((GRAFANA / "stsbench.json").read_text())


def queries():
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


class Metrics(unittest.TestCase):
    def test_promtool_finds_nothing_to_say_about_the_metrics(self):
        text = serving().metrics()
        done = ran(PROMTOOL, "check", "metrics", input=text)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        spoiled = text.replace("# HELP stsbench_requests_total", "# HELP other")
        self.assertNotEqual(ran(PROMTOOL, "check", "metrics", input=spoiled).returncode, 0, "it looks at what it is given")

    def test_prometheus_takes_open_metrics_and_loses_nothing(self):
        scraped = json.loads(_get("/api/v1/targets"))["data"]["activeTargets"]
        self.assertEqual([(it["health"], it["lastError"]) for it in scraped], [("up", "")])
        known = json.loads(_get("/api/v1/metadata"))["data"]
        declared = {line.split()[2] for line in serving().metrics().splitlines() if line.startswith("# TYPE ")}
        missing = {name for name in declared if not serving().query(f'{{__name__=~"{name}(_count)?"}}')}
        # A counter or gauge by label that nothing has happened to has no series yet.
        self.assertEqual(missing, set())
        self.assertEqual(known["stsbench_request_duration_seconds"][0]["unit"], "seconds")

    def test_quantiles_agree_with_the_runs_within_a_bucket(self):
        server = serving()
        [found] = server.query('stsbench_windows_total{result="success"}')
        at, windows = found["value"][0], int(found["value"][1])
        runs = sorted(path.parent for path in server.runs.glob("*/run.json"))[:windows]
        self.assertEqual(len(runs), windows)
        merged = server.home / f"merged-{windows}"
        if not merged.exists():
            done = ran(STSBENCH, "merge", *runs, "--out", merged, cwd=server.home)
            # A gate on three endpoints may well be violated.
            self.assertIn(done.returncode, (0, 1, 3, 7), done.stderr)
        rows = json.loads((merged / "summary.json").read_text())["targets"]
        bounds = sorted(float(it) for it in set(re.findall(r'le="([0-9.e-]+)"', server.metrics())))
        self.assertEqual(len(bounds), 30)
        compared = 0
        for row in rows:
            p50 = row["service_time"]["percentiles_ns"]["p50"] / 1e9
            labels = f'endpoint="{row["endpoint"]}",operation="{row["operation"]}",connection="{row["connection"]}"'
            [found] = server.query(f"histogram_quantile(0.5, stsbench_request_duration_seconds_bucket{{{labels}}})", at)
            quantile = float(found["value"][1])
            place = next(number for number, bound in enumerate(bounds) if p50 <= bound)
            low = bounds[place - 1] if place else 0.0
            self.assertTrue(low * 0.999 <= quantile <= bounds[place] * 1.001, f"{labels}: {quantile} and {p50}")
            [counted] = server.query(f"stsbench_request_duration_seconds_count{{{labels}}}", at)
            self.assertEqual(int(counted["value"][1]), row["counts"]["succeeded"], labels)
            compared += 1
        self.assertEqual(compared, 6, "three endpoints, cold and warm")

    def test_the_server_is_healthy_and_has_a_report(self):
        self.assertIn("healthy", _page("/-/healthy"))
        self.assertIn("ready", _page("/-/ready"))
        self.assertIn("SIMULATED", _page("/report"))


class Rules(unittest.TestCase):
    def test_promtool_accepts_the_rules_and_their_tests_pass(self):
        rules = GRAFANA / "alerts.yml"
        done = ran(PROMTOOL, "check", "rules", "--lint-fatal", rules)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = ran(PROMTOOL, "test", "rules", "alerts_test.yml", cwd=HERE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_alert_has_a_test_and_a_row_in_the_guide(self):
        alerts = re.findall(r"alert: (\w+)", (GRAFANA / "alerts.yml").read_text())
        tests = (HERE / "alerts_test.yml").read_text()
        guide = (ROOT / "docs/guide/monitoring.md").read_text()
        for alert in alerts:
            self.assertIn(f"alertname: {alert}\n", tests)
            self.assertIn(alert, guide)
        self.assertEqual(len(alerts), 11)

    def test_prometheus_evaluates_each_rule_and_what_is_well_does_not_alert(self):
        groups = json.loads(_get("/api/v1/rules"))["data"]["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        self.assertEqual([rule["lastError"] for rule in rules if rule.get("lastError")], [])
        self.assertEqual({rule["health"] for rule in rules}, {"ok"})
        firing = {rule["name"] for rule in rules if rule["state"] == "firing"}
        self.assertLessEqual(firing, {"StsbenchWindowsSkipped", "StsbenchGateViolated"}, "nothing is wrong with the simulation")


class Dashboard(unittest.TestCase):
    def test_every_query_of_the_dashboard_answers(self):
        server, asked = serving(), 0
        for title, expression in queries():
            concrete = expression.replace("$__rate_interval", "30s")
            concrete = re.sub(r"\$(vantage|operation|connection)", ".*", concrete)
            self.assertNotIn("$", concrete, title)
            # Rates over a day are rates over the seconds that there are.
            found = server.query(concrete)
            # On a busy machine a check forbids the comparisons, and then there are none.
            forbidden = "_saved_" in concrete or "_speedup_" in concrete
            forbidden = forbidden and server.query('stsbench_check_state{state="invalid"} == 1')
            if not forbidden and not any(word in concrete for word in QUIET) and title != "Gates and checks that are not good":
                self.assertTrue(found, f"{title}: {expression}")
                self.assertFalse(any(it["value"][1] == "NaN" for it in found), f"{title}: {found}")
            asked += 1
        self.assertGreater(asked, 20)

    def test_the_dashboard_is_what_grafanas_schema_allows(self):
        def check(board):
            return ran("node", HERE / "check_dashboard.mjs", cwd=JAVASCRIPT, input=json.dumps(board))

        board = dashboard()
        done = check(board)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for spoil in (
            lambda it: it.update(schemaVersion="39"),
            lambda it: it.update(colour="blue"),
            lambda it: it["panels"][0].update(type=7),
            lambda it: it["panels"][0]["gridPos"].pop("h"),
        ):
            spoiled = json.loads(json.dumps(board))
            spoil(spoiled)
            self.assertNotEqual(check(spoiled).returncode, 0, "it looks at what it is given")

    def test_panels_do_not_overlap_and_have_words(self):
        taken = set()
        for panel in dashboard()["panels"]:
            place = panel["gridPos"]
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(taken & cells, panel["title"])
            self.assertLessEqual(place["x"] + place["w"], 24)
            taken |= cells
            self.assertTrue(panel["title"] and panel["description"])


def _get(path):
    return get(serving().prometheus + path)


def _page(path):
    return get(f"http://{serving().address}{path}")


if __name__ == "__main__":
    unittest.main()
