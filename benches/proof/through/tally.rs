//! From what each replication saw to cells: one for each thing that was looked at.

use super::super::simulations::cell::{Cell, Promise, Tried};

/// What one replication looked at, and whether it was so.
pub type Seen = Vec<(String, bool)>;

/// Where replications were made.
#[derive(Debug, Clone)]
pub struct Place {
    pub experiment: &'static str,
    /// Begins the id of each cell.
    pub situation: String,
    pub law: String,
    pub rounds: usize,
    pub seed: u64,
}

impl Place {
    /// One cell for each thing that any replication looked at, in the order in which it was first.
    pub fn cells(&self, seen: &[Seen], promised: impl Fn(&str) -> Promise) -> Vec<Cell> {
        let mut counts: Vec<(&str, u64, u64)> = Vec::new();
        for (what, so) in seen.iter().flatten() {
            let known = counts.iter().position(|count| count.0 == what);
            let at = known.unwrap_or_else(|| {
                counts.push((what, 0, 0));
                counts.len() - 1
            });
            counts[at].1 += u64::from(*so);
            counts[at].2 += 1;
        }
        let cell = |(what, happened, of): (&str, u64, u64)| {
            let tried = Tried {
                experiment: self.experiment,
                id: format!("{}: {what}", self.situation),
                law: self.law.clone(),
                n: self.rounds as u64,
                p: percentile(what),
                seed: self.seed,
            };
            Cell::new(tried, happened, of, promised(what))
        };
        counts.into_iter().map(cell).collect()
    }
}

/// The percentile with which a name begins.
fn percentile(what: &str) -> Option<f64> {
    let digits = what.strip_prefix('p')?.split([' ', ',']).next()?;
    digits.parse::<f64>().ok().map(|percent| percent / 100.0)
}
