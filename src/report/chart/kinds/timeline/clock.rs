//! Ticks of the time since a run began.

use crate::report::chart::drawing::axis::LinearAxis;

/// Ticks in steps that a clock has, at least `closest` px apart, each labelled in the largest unit that divides the step, so that no label is rounded.
pub(super) fn clock_labels(clock: LinearAxis, closest: f64) -> Vec<(f64, String)> {
    let below =
        (0..3).flat_map(|decade| [1, 2, 5].map(|step| f64::from(step * 10_i32.pow(decade)) * 1e6));
    let of =
        |unit: f64, steps: &'static [u16]| steps.iter().map(move |&step| f64::from(step) * unit);
    let seconds = of(SECOND, &[1, 2, 5, 10, 20, 30]);
    let minutes = of(MINUTE, &[1, 2, 5, 10, 20, 30]);
    let hours = of(HOUR, &[1, 2, 3, 6, 12]);
    let days = of(DAY, &[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
    let Some((step, ticks)) = clock.ticks_by(
        below.chain(seconds).chain(minutes).chain(hours).chain(days),
        closest,
    ) else {
        return vec![(0.0, "0 s".to_owned())];
    };
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let (unit, name) = units
        .into_iter()
        .find(|(unit, _)| step >= *unit)
        .unwrap_or((1e6, "ms"));
    ticks
        .into_iter()
        .map(|tick| (tick, format!("{:.0} {name}", tick / unit)))
        .collect()
}

const SECOND: f64 = 1e9;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::drawing::axis::Span;

    #[test]
    fn no_two_ticks_of_the_clock_read_alike_however_long_the_run_was() {
        let labels = |seconds: f64| -> Vec<String> {
            let axis = LinearAxis::up_to(
                seconds * SECOND,
                Span {
                    from: 0.0,
                    to: 880.0,
                },
            );
            clock_labels(axis, 80.0)
                .into_iter()
                .map(|(_, label)| label)
                .collect()
        };
        assert_eq!(
            labels(150.0),
            [
                "0 s", "20 s", "40 s", "60 s", "80 s", "100 s", "120 s", "140 s"
            ]
        );
        assert_eq!(labels(1_500.0)[..3], ["0 min", "5 min", "10 min"]);
        assert_eq!(labels(0.9)[..2], ["0 ms", "100 ms"]);
        assert_eq!(labels(9_000.0)[..3], ["0 min", "20 min", "40 min"]);
        for seconds in [
            0.01, 0.3, 7.0, 61.0, 119.0, 121.0, 400.0, 3_599.0, 8_000.0, 90_000.0, 6e6, 6e7,
        ] {
            let mut labels = labels(seconds);
            let all = labels.len();
            labels.dedup();
            assert!(labels.len() == all && all > 2, "{seconds} s: {labels:?}");
        }
    }
}
