//! Where things stand in a drawing: lengths along an axis, and paths through points.

use crate::report::words::numbers::tick;

/// A straight axis from `low` to `high`, both finite and apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// A line of the grid.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    /// Where it stands, in the drawing's own units.
    pub(crate) at: String,
    /// What stands beside it.
    pub(crate) text: String,
}

impl Axis {
    /// Where `value` stands on a length of `whole`, from its low end.
    pub(crate) fn place(self, value: f64, whole: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) * whole
    }
}

/// Times of the form 1, 2 or 5 times a power of ten, ns: those between the ends of an axis of logarithms.
pub(crate) fn decades(axis: Axis) -> Vec<f64> {
    let powers = (axis.low.floor() as i32)..=(axis.high.ceil() as i32);
    let all = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)));
    all.filter(|time| (axis.low..=axis.high).contains(&time.log10()))
        .collect()
}

/// Round values from 0 to `high`, four to seven of them.
pub(crate) fn rounds(high: f64) -> Vec<f64> {
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|step| step * 10_f64.powf(high.log10().floor() - 1.0))
        .into_iter()
        .chain([2.0, 5.0].map(|step| step * 10_f64.powf(high.log10().floor())))
        .find(|step| high / step <= 6.0)
        .unwrap_or(high);
    (0..=6)
        .map(|number| f64::from(number) * step)
        .take_while(|value| *value <= high * 1.000_001)
        .collect()
}

/// A tick for a time, ns, at a position.
pub(crate) fn time_tick(time: f64, at: f64) -> Tick {
    Tick {
        at: short(at),
        text: tick(time),
    }
}

/// A length in a drawing: a tenth of a unit is enough.
pub(crate) fn short(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// A path through the points.
pub(crate) fn through(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let steps = points.into_iter().enumerate().map(|(number, (x, y))| {
        let step = if number == 0 { 'M' } else { 'L' };
        format!("{step}{x:.0} {y:.1}")
    });
    steps.collect()
}

/// A path of dots.
pub(crate) fn dots(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let dot = |(x, y)| format!("M{x:.0} {y:.0}h0");
    points.into_iter().map(dot).collect()
}

/// A path of crosses at the upper edge.
pub(crate) fn crosses(places: impl IntoIterator<Item = f64>) -> String {
    let cross = |x: f64| format!("M{:.0} 2l8 8m0-8l-8 8", x - 4.0);
    places.into_iter().map(cross).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(rounds(282e6), [0.0, 50e6, 100e6, 150e6, 200e6, 250e6]);
        assert_eq!(
            rounds(1e6),
            [0.0, 0.2e6, 0.4e6, 0.6e6, 0.8e6, 1e6].map(|v: f64| v)
        );
        for high in 1..2000 {
            let ticks = rounds(f64::from(high));
            assert!((3..=7).contains(&ticks.len()), "{high}: {ticks:?}");
        }
        let axis = Axis {
            low: 20e6_f64.log10(),
            high: 300e6_f64.log10(),
        };
        let shown: Vec<String> = decades(axis).into_iter().map(tick).collect();
        assert_eq!(shown, ["20 ms", "50 ms", "100 ms", "200 ms"]);
    }

    #[test]
    fn paths_are_short() {
        assert_eq!(through([(0.0, 1.26), (10.04, 2.0)]), "M0 1.3L10 2.0");
        assert_eq!(dots([(3.0, 4.0)]), "M3 4h0");
    }
}
