//! Labels beside the lines they name, moved apart where they would cover each other.

/// Places for labels that belong at `wanted` (px, any order): at least `gap` apart and within `low`–`high`,
/// each as near to its wanted place as the others allow; closer than `gap` only where there is no room for all.
pub(crate) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let Some(gaps) = wanted.len().checked_sub(1) else {
        return Vec::new();
    };
    let gap = if gaps == 0 {
        gap
    } else {
        gap.min((high - low) / gaps as f64)
    };
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]).then(a.cmp(&b)));
    let mut clusters: Vec<Cluster> = Vec::new();
    for &label in &order {
        let mut joined = Cluster {
            centre: wanted[label].clamp(low, high),
            labels: 1,
        };
        // A label that touches the cluster before it joins it, which may then touch the one before.
        while let Some(before) = clusters.pop_if(|before| before.end(gap) > joined.start(gap)) {
            joined = before.join(joined).within(gap, low, high);
        }
        clusters.push(joined.within(gap, low, high));
    }
    let mut places = vec![0.0; wanted.len()];
    let mut labels = order.into_iter();
    for cluster in clusters {
        for (i, label) in labels.by_ref().take(cluster.labels).enumerate() {
            places[label] = cluster.start(gap) + gap * (i as f64 + 0.5);
        }
    }
    places
}

/// Labels that touch, side by side around their common centre.
#[derive(Clone, Copy)]
struct Cluster {
    centre: f64,
    labels: usize,
}

impl Cluster {
    fn start(self, gap: f64) -> f64 {
        self.centre - gap * self.labels as f64 / 2.0
    }

    fn end(self, gap: f64) -> f64 {
        self.centre + gap * self.labels as f64 / 2.0
    }

    fn join(self, other: Self) -> Self {
        let labels = self.labels + other.labels;
        let centre =
            (self.centre * self.labels as f64 + other.centre * other.labels as f64) / labels as f64;
        Self { centre, labels }
    }

    /// Moved so that its first and last label stand within `low`–`high`.
    fn within(self, gap: f64, low: f64, high: f64) -> Self {
        let reach = gap * (self.labels as f64 - 1.0) / 2.0;
        Self {
            centre: self.centre.min(high - reach).max(low + reach),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_with_room_stay_where_they_want_to_be() {
        assert_eq!(
            spread(&[50.0, 10.0, 90.0], 16.0, 0.0, 100.0),
            [50.0, 10.0, 90.0]
        );
        assert_eq!(spread(&[], 16.0, 0.0, 100.0), Vec::<f64>::new());
    }

    #[test]
    fn labels_in_each_others_way_move_apart_evenly() {
        assert_eq!(spread(&[50.0, 50.0], 16.0, 0.0, 100.0), [42.0, 58.0]);
        assert_eq!(
            spread(&[98.0, 99.0, 97.0], 16.0, 0.0, 100.0),
            [84.0, 100.0, 68.0]
        );
    }

    proptest! {
        #[test]
        fn labels_never_overlap_nor_leave_their_room(wanted in prop::collection::vec(-50.0..250.0_f64, 1..12)) {
            let placed = spread(&wanted, 16.0, 0.0, 200.0);
            let mut sorted = placed.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert!(sorted.iter().all(|y| (-1e-6..=200.000_001).contains(y)), "{placed:?}");
            prop_assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] > 16.0 - 1e-6), "{placed:?}");
        }
    }
}
