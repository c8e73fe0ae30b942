"""The reading of captures, on files made here byte by byte."""

import struct
import unittest

from capture import exchanges, segments

SERVER, ANNE, BERT = 8000, 40001, 40002


def packet(source, destination, size, ethertype=0x0800, protocol=6, options=12):
    """An Ethernet frame with a TCP segment of `size` bytes of data, none of which are captured."""
    total = 20 + 20 + options + size
    ip = struct.pack(">BBHHHBBHII", 0x45, 0, total, 0, 0, 64, protocol, 0, 0x7F000001, 0x7F000001)
    tcp = struct.pack(">HHIIBBHHH", source, destination, 0, 0, (20 + options) // 4 << 4, 0x18, 0, 0, 0) + bytes(options)
    return bytes(12) + struct.pack(">H", ethertype) + ip + tcp


def pcap(packets, magic=0xA1B23C4D, order="<"):
    """A capture of (nanoseconds, frame)."""
    data = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 134, 1)
    for at, frame in packets:
        data += struct.pack(order + "IIII", at // 10**9, at % 10**9, len(frame), len(frame)) + frame
    return data


class Captures(unittest.TestCase):
    def test_segments_without_data_and_other_protocols_are_left_out(self):
        frames = [packet(ANNE, SERVER, 0), packet(ANNE, SERVER, 5), packet(ANNE, SERVER, 5, protocol=17),
                  packet(ANNE, SERVER, 5, ethertype=0x86DD), packet(SERVER, ANNE, 7, options=0)]
        found = list(segments(pcap(list(enumerate(frames)))))
        self.assertEqual([(s.source, s.destination, s.size) for s in found], [(ANNE, SERVER, 5), (SERVER, ANNE, 7)])

    def test_stamps_are_read_in_the_precision_that_the_file_names(self):
        frame = packet(ANNE, SERVER, 5)
        (fine,) = segments(pcap([(3_000_000_250, frame)]))
        (coarse,) = segments(pcap([(3_000_000_250, frame)], magic=0xA1B2C3D4))
        (swapped,) = segments(pcap([(3_000_000_250, frame)], order=">"))
        self.assertAlmostEqual(fine.at, 3.00000025, places=9)
        self.assertAlmostEqual(coarse.at, 3.00025, places=9)
        self.assertEqual(swapped.at, fine.at)

    def test_a_packet_cut_off_at_the_end_of_the_file_is_no_packet(self):
        data = pcap([(1, packet(ANNE, SERVER, 5)), (2, packet(SERVER, ANNE, 5))])
        self.assertEqual(len(list(segments(data[:-1]))), 1)

    def test_what_is_no_capture_is_refused(self):
        for data in [b"", b"nothing of that kind, and long enough", pcap([])[:20] + struct.pack("<I", 113)]:
            with self.subTest(data=data), self.assertRaises(ValueError):
                list(segments(data))

    def test_a_request_runs_from_its_last_segment_to_the_last_of_its_answer_on_its_own_connection(self):
        microsecond = 1000
        frames = [
            (100, packet(ANNE, SERVER, 300)), (110, packet(BERT, SERVER, 300)), (120, packet(ANNE, SERVER, 43)),
            (150, packet(SERVER, ANNE, 200)), (155, packet(SERVER, BERT, 570)), (170, packet(SERVER, ANNE, 370)),
            (300, packet(ANNE, SERVER, 343)), (333, packet(SERVER, ANNE, 570)), (400, packet(BERT, SERVER, 343)),
        ]
        found = exchanges(segments(pcap([(at * microsecond, frame) for at, frame in frames])), SERVER)
        # Bert's second request was never answered.
        self.assertEqual([(round(e.sent * 1e6), round(e.seconds * 1e6)) for e in found], [(110, 45), (120, 50), (300, 33)])


if __name__ == "__main__":
    unittest.main()
