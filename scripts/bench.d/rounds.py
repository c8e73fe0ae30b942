"""Every figure of every round, as it is stored in rounds.csv, and the medians that the report is made of."""

import csv
import dataclasses

from quantiles import median

COLUMNS = [
    "experiment", "round", "turn", "client", "wire", "connections", "rate", "endpoints", "metric", "value", "unit",
    "load_average",
]


@dataclasses.dataclass(frozen=True)
class Figure:
    """One measured value. What does not apply is None."""

    experiment: str
    round: int
    turn: int
    client: str
    metric: str
    value: float
    unit: str
    wire: str | None = None
    connections: int | None = None
    rate: float | None = None
    endpoints: int | None = None
    load_average: float | None = None


class Rounds:
    """The figures so far."""

    def __init__(self, figures=()):
        self.figures = list(figures)

    def add(self, figure):
        self.figures.append(figure)

    def values(self, experiment, metric, **keys):
        """What was measured in the order of measuring, of the figures that agree with `keys`."""
        return [
            figure.value for figure in self.figures
            if figure.experiment == experiment and figure.metric == metric and figure.value is not None
            and all(getattr(figure, name) == value for name, value in keys.items())
        ]

    def middle(self, experiment, metric, **keys):
        """Their median; None if nothing was measured."""
        return median(self.values(experiment, metric, **keys))

    def clients(self, experiment, metric):
        """Who has figures of that kind, in the order of first appearance, stsbench first."""
        seen = dict.fromkeys(f.client for f in self.figures if f.experiment == experiment and f.metric == metric)
        return sorted(seen, key=lambda name: name != "stsbench")

    def distinct(self, experiment, column):
        """The values of a column in an experiment, sorted."""
        found = {getattr(figure, column) for figure in self.figures if figure.experiment == experiment}
        return sorted(found - {None})

    def write(self, path):
        """rounds.csv."""
        with open(path, "w", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(COLUMNS)
            for figure in self.figures:
                cells = [getattr(figure, column) for column in COLUMNS]
                rows.writerow(["" if cell is None else f"{cell:.9g}" if isinstance(cell, float) else cell for cell in cells])
