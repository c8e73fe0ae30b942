"""What is read from each client's output, on pieces of real output; and the tables made of it all."""

import argparse
import pathlib
import tempfile
import unittest

import report
from clients import Load, Stsbench
from peers import Ab, Autocannon, H2load, Hey, K6, Oha, Wrk
from rounds import Figure, Rounds
from turns import Settings

OHA_CSV = """request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status
0.00141031,0.000031056,0.00023438,0.000657563,0.000658158,370,200
"""
HEY_CSV = """response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset
0.0005,0.0000,0.0000,0.0000,0.0004,0.0001,200,0.0219
"""
HEY_TEXT = "Status code distribution:\n  [200]\t120 responses\n  [500]\t3 responses\n"
K6_CSV = """metric_name,timestamp,metric_value,status,extra_tags,metadata
http_reqs,1795378661406975,1.000000,200,,
http_req_duration,1795378661406975,0.305254,200,,
"""
SAMPLES = """intended_ns,sent_ns,service_time_ns,stage
9000000,9100000,300000,warmup
500000000,500020000,100000,measured
501000000,501020000,100000,measured
801000000,801020000,100000,measured
"""
CLOSED = Load(("http://127.0.0.1:1",), 16, 2, "/ca.pem")
OPEN = Load(("http://127.0.0.1:1",), 16, 2, "/ca.pem", 1000)


class Outputs(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def said(self, text, name="stdout"):
        path = self.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return self.directory

    def test_records_are_read_as_start_and_length_in_seconds(self):
        files = [
            (Oha("oha"), OHA_CSV, "stdout", (0.00141031, 0.000658158)), (Hey(), HEY_CSV, "stdout", (0.0219, 0.0005)),
            (K6("k6"), K6_CSV, "requests.csv", (1795378661.406975 - 0.000305254, 0.000305254)),
            (H2load(), "1795378656806495\t200\t1090\n1795378656806496\t-1\t5\n", "requests.tsv", (1795378656.806495, 0.00109)),
        ]
        for client, text, name, expected in files:
            with self.subTest(client=client.name):
                (record,) = client.records(self.said(text, name))
                self.assertAlmostEqual(record.start, expected[0], places=6)
                self.assertAlmostEqual(record.seconds, expected[1], places=9)

    def test_stretches_of_our_schedule_are_told_apart_by_its_pause(self):
        records = Stsbench("stsbench").records(self.said(SAMPLES, "out/samples.csv"))
        self.assertEqual([record.block for record in records], [None, 0, 0, 1])

    def test_we_say_ourselves_which_check_a_run_did_not_pass(self):
        said = self.said('{"checks": [{"name": "no-data", "verdict": "ok"}, {"name": "stalls", "verdict": "invalid"}]}')
        self.assertEqual([Stsbench("s").doubts(said, code) for code in [0, 3]], [None, "stalls"])

    def test_answers_are_counted(self):
        texts = [
            (Hey(), HEY_TEXT, 123), (Hey(), HEY_CSV, 1), (Wrk(), "  223789 requests in 2.00s, 119.94MB read", 223789),
            (Ab(), "Complete requests:      216215\n", 216215), (Autocannon("a"), '{"2xx": 7}', 7),
            (H2load(), "requests: 2000 total, 2016 started, 2000 done, 1999 succeeded, 0 failed", 1999),
            (Oha("oha"), '{"statusCodeDistribution": {"200": 4, "503": 1}}', 5),
        ]
        for client, text, expected in texts:
            with self.subTest(client=client.name):
                self.assertEqual(client.answered(self.said(text)), expected)

    def test_rates_are_asked_for_as_each_client_counts_them(self):
        def asked(client, option):
            arguments = [str(argument) for argument in client.detailed(OPEN).arguments]
            return arguments[arguments.index(option) + 1]

        self.assertEqual(asked(Oha("oha"), "-q"), "1000")
        self.assertEqual(asked(Hey(), "-q"), "62.5")
        self.assertEqual(asked(H2load(), "--rps"), "62.5")
        self.assertEqual(asked(Autocannon("a"), "-R"), "1000")
        self.assertEqual(asked(Stsbench("s"), "--rate"), "1000")
        self.assertIsNone(Wrk().detailed(OPEN))
        self.assertNotIn("-q", Oha("oha").closed(CLOSED).arguments[-3:])


class Reports(unittest.TestCase):
    def test_tables_have_a_cell_for_each_heading(self):
        self.assertEqual(report.table(["a", "b"], [[1, 2]]), "| a | b |\n|---|---:|\n| 1 | 2 |\n")

    def test_a_report_is_made_of_what_there_is(self):
        rounds = Rounds([Figure("cpu", 1, 1, name, "cpu_per_request", cost, "s", wire="tls", connections=16, load_average=0.5)
                         for name, cost in [("oha", 10e-6), ("stsbench", 25e-6)]])
        asked = argparse.Namespace(only=["cpu", "omission", "accuracy", "lateness", "memory", "growth", "startup", "weight", "build"],
                                   quick=True)
        run = argparse.Namespace(failures={("cpu", "ab"): "broke"}, doubts={("cpu", "stsbench", "schedule-slip"): 2})
        about = [("date", "today"), ("processor", "one")]
        text = report.text(rounds, Settings(), asked, about, [("nginx", "1")], run, {"cpu": "cpu"})
        self.assertIn("25.0 µs against 10.0 µs (2.50 ×) | **missed**", text)
        self.assertIn("- ab, cpu: failed: broke", text)
        self.assertIn("- stsbench, cpu: runs that called their own figures invalid and are in the tables: 2 (schedule-slip).", text)
        for line in text.splitlines():
            if line.startswith("| **stsbench** |"):
                self.assertEqual(line.count("|"), len(Settings().closed_connections) * 2 + 4)


if __name__ == "__main__":
    unittest.main()
