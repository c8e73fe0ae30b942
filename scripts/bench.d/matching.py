"""A tool's own records beside the wire: which belongs to which, how far off they are, how late they were sent.

Every tool is treated alike. Records and wire are both put in the order of sending and paired by rank; nothing is paired so
as to make a difference small.
"""

import dataclasses

from quantiles import median, quantile

# A tool may send a few requests that it does not record: one before the run, or those still under way at its end.
MOST_EXTRA = 200
# Among so many pairs the shift is sought; more would not tell it better.
SHIFT_PAIRS = 2000


@dataclasses.dataclass(frozen=True)
class Record:
    """What a tool wrote of one request: its start by the tool's own clock, the time it took, in seconds.

    `block` numbers the stretches over which the tool's schedule runs on without a break; None of a request outside the
    schedule, such as one that only opens a connection.
    """

    start: float
    seconds: float
    block: int | None = 0


@dataclasses.dataclass(frozen=True)
class Pair:
    """A record and the exchange on the wire that it tells of."""

    record: Record
    exchange: object

    @property
    def error(self):
        """Recorded minus wire, seconds."""
        return self.record.seconds - self.exchange.seconds


def shift(longer, shorter):
    """How many leading times of `longer` to leave out so that the rest runs beside `shorter`, whatever their clocks say."""
    extra = min(len(longer) - len(shorter), MOST_EXTRA)
    step = max(1, len(shorter) // SHIFT_PAIRS)

    def spread(skipped):
        gaps = [longer[i + skipped] - shorter[i] for i in range(0, len(shorter), step)]
        centre = median(gaps)
        # The mean, not the median: steady sending is alike for any shift but for a few requests, and those tell.
        return sum(abs(gap - centre) for gap in gaps) / len(gaps)

    return min(range(extra + 1), key=spread)


def pair(records, exchanges):
    """Pairs in the order of sending; what only one side has, at either end, is left out."""
    records = sorted(records, key=lambda record: record.start)
    exchanges = sorted(exchanges, key=lambda exchange: exchange.sent)
    if not records or not exchanges:
        return []
    starts = [record.start for record in records]
    sends = [exchange.sent for exchange in exchanges]
    if len(exchanges) >= len(records):
        exchanges = exchanges[shift(sends, starts):]
    else:
        records = records[shift(starts, sends):]
    return [Pair(*both) for both in zip(records, exchanges, strict=False)]


def errors(pairs):
    """Of recorded minus wire: p50 and p99 of its size, and the signed p50; seconds."""
    signed = [each.error for each in pairs if each.record.block is not None]
    sizes = [abs(error) for error in signed]
    return {"error_p50": quantile(sizes, 0.5), "error_p99": quantile(sizes, 0.99), "signed_p50": quantile(signed, 0.5)}


def lateness(sends, rate):
    """Send minus schedule of each request, seconds, where the schedule is start + k / rate.

    The start is fitted as the earliest that makes no request early: each tool is held against the best schedule that it
    can have had. A constant delay of all requests is therefore not seen, and a rate that is not kept is.
    """
    offsets = [send - k / rate for k, send in enumerate(sorted(sends))]
    start = min(offsets, default=0.0)
    return [offset - start for offset in offsets]


def lateness_by_block(pairs, rate):
    """As [`lateness`], with a start of its own for each stretch of the schedule."""
    blocks = {}
    for each in pairs:
        if each.record.block is not None:
            blocks.setdefault(each.record.block, []).append(each.exchange.sent)
    return [late for sends in blocks.values() for late in lateness(sends, rate)]
