"""Pairing, fits, the truth about freezes, medians and verdicts."""

import unittest

import goals
from capture import Exchange
from matching import Record, errors, lateness, lateness_by_block, pair
from memory import settled_and_last
from omission import truth
from quantiles import median, quantile
from rounds import Figure, Rounds
from weight import packages


def wire(*sends, seconds=0.001):
    return [Exchange(1000 + send, 1000 + send + seconds) for send in sends]


class Quantiles(unittest.TestCase):
    def test_quantiles_are_values_that_occurred(self):
        self.assertEqual([quantile(range(1, 101), share) for share in [0, 0.5, 0.99, 0.999, 1]], [1, 50, 99, 100, 100])
        self.assertEqual((quantile([], 0.5), median([]), median([4, 1]), median([9, 1, 2])), (None, None, 2.5, 2))


class Pairing(unittest.TestCase):
    def test_records_find_their_requests_whatever_order_and_clock_they_are_in(self):
        records = [Record(0.3, 0.0013), Record(0.1, 0.0011), Record(0.7, 0.0017)]
        pairs = pair(records, wire(0.7001, 0.1001, 0.3001))
        self.assertEqual([round(each.error * 1e6) for each in pairs], [100, 300, 700])

    def test_requests_that_were_not_recorded_at_either_end_are_left_out(self):
        records = [Record(0.1 * k + 0.01 * (k % 3), 0.001 + 1e-6 * k) for k in range(40)]
        sends = [record.start + 50 for record in records]
        pairs = pair(records, wire(40, 40.2, *sends, 54.6))
        self.assertEqual([round(each.exchange.sent - each.record.start) for each in pairs], [1050] * 40)
        self.assertEqual([round(each.error * 1e6) for each in pairs], list(range(40)))

    def test_records_without_a_request_on_the_wire_are_left_out(self):
        records = [Record(0.1 * k + 0.01 * (k % 3), 0.001) for k in range(40)]
        pairs = pair(records, wire(*[record.start for record in records[2:]]))
        self.assertEqual([each.record for each in pairs], records[2:])

    def test_errors_count_what_the_schedule_wanted_and_are_signed_only_where_they_say_so(self):
        records = [Record(0.0, 0.0005), Record(1.0, 0.0025), Record(2.0, 0.5, block=None), Record(3.0, 0.0007)]
        found = errors(pair(records, wire(0, 1, 2, 3)))
        self.assertEqual({name: round(value * 1e6) for name, value in found.items()},
                         {"error_p50": 500, "error_p99": 1500, "signed_p50": -300})
        self.assertEqual(pair([], wire(1)), [])


class Lateness(unittest.TestCase):
    def test_it_is_measured_from_the_best_schedule_that_fits(self):
        late = lateness([10.000, 10.013, 10.020, 10.0305], rate=100)
        self.assertEqual([round(each * 1e6) for each in late], [0, 3000, 0, 500])

    def test_a_rate_that_is_not_kept_is_late_and_so_are_bursts(self):
        self.assertAlmostEqual(max(lateness([k / 90 for k in range(91)], rate=100)), 0.1)
        self.assertAlmostEqual(max(lateness([0.0] * 16, rate=1000)), 0.015)

    def test_each_stretch_of_a_schedule_has_a_start_of_its_own(self):
        records = [Record(0.0, 0, 0), Record(0.01, 0, 0), Record(0.15, 0, None), Record(0.31, 0, 1), Record(0.322, 0, 1)]
        late = lateness_by_block(pair(records, wire(*[record.start for record in records])), rate=100)
        self.assertEqual([round(each * 1e6) for each in late], [0, 0, 0, 2000])


class Freezes(unittest.TestCase):
    def test_the_truth_is_that_of_a_simulation(self):
        # Arrivals each 0.1 ms for 32 s; the server stands still for 1 s, 1 s and 0.5 s.
        freezes = [(9, 10), (19, 20), (29, 29.5)]
        waits = [max([end - k / 1e4 for begin, end in freezes if begin <= k / 1e4 < end], default=0) for k in range(320_000)]
        for share in [0.5, 0.9, 0.95, 0.99, 0.999]:
            with self.subTest(share=share):
                self.assertAlmostEqual(truth([1, 1, 0.5], 32, share), quantile(waits, share), delta=0.001)

    def test_without_a_freeze_nobody_waits(self):
        self.assertEqual(truth([], 32, 0.999), 0)


class Memory(unittest.TestCase):
    def test_start_and_end_of_a_run_are_left_out(self):
        samples = [(0, 1), (1, 8), (2, 10), (3, 11), (9, 12), (10, 13), (10.5, 60)]
        self.assertEqual(settled_and_last(samples), (10, 13, 8))
        self.assertIsNone(settled_and_last(samples[:3]))


class Verdicts(unittest.TestCase):
    def rounds(self, experiment, metric, values, **keys):
        return Rounds(
            Figure(experiment, number, 1, client, metric, value, "s", **keys)
            for client, seen in values.items() for number, value in enumerate(seen)
        )

    def test_a_goal_is_held_against_the_median_of_the_rounds_and_the_best_peer(self):
        rounds = self.rounds("wire", "error_p99", {"stsbench": [9e-6, 40e-6, 900e-6], "slow": [3e-3], "fast": [390e-6],
                                                   "stsbench --clock user-space": [1e-6]}, rate=100)
        seen = {verdict.goal: verdict for verdict in goals.accuracy(rounds)}
        self.assertEqual(seen["recorded minus wire at 100/s, p99 ≤ 50 µs"].met, True)
        ratio = seen["recorded minus wire at 100/s, p99 at least 10 × closer than every peer"]
        self.assertEqual((ratio.seen, ratio.met), ("9.75 ×", False))
        self.assertIsNone(seen["recorded minus wire at 100/s, p50 ≤ 15 µs"].met)

    def test_cpu_is_held_against_oha(self):
        for theirs, met in [(20e-6, True), (19e-6, False)]:
            rounds = self.rounds("cpu", "cpu_per_request", {"stsbench": [20e-6], "oha": [theirs]}, wire="tls", connections=16)
            self.assertEqual([verdict.met for verdict in goals.cpu(rounds)], [met, None])

    def test_size_and_packages_are_held_against_limits_and_a_build_against_oha(self):
        figures = self.rounds("weight", "program", {"stsbench": [14e6], "oha": [99e6]}).figures
        figures += self.rounds("weight", "packages", {"stsbench": [301], "stsbench without simulate": [220]}).figures
        self.assertEqual([verdict.met for verdict in goals.weight(Rounds(figures))], [True, False, True])
        figures = self.rounds("build", "cpu", {"stsbench": [900.0], "oha": [1000.0]}).figures
        figures += self.rounds("build", "elapsed", {"stsbench": [419.0]}).figures
        ratio, elapsed, lean = goals.build(Rounds(figures))
        self.assertEqual((ratio.seen, ratio.met, elapsed.met, lean.met), ("0.90 ×", False, True, None))

    def test_a_package_that_several_need_counts_once(self):
        self.assertEqual(packages("a v1.0.0\nb v1.0.0 (*)\nb v1.0.0\nb v2.0.0\n\n"), 3)

    def test_nothing_measured_is_neither_met_nor_missed(self):
        self.assertEqual({verdict.met for verdict in goals.verdicts(Rounds(), goals.OF)}, {None})


if __name__ == "__main__":
    unittest.main()
