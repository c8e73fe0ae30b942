//! The instrument's own certificate: measures this host with the parts that a run is measured with, and judges what it
//! found by fixed limits. It starts no process and keeps no file; the caller lends it the simulated fleet.

mod calling;
mod findings;
mod host;
mod item;
mod judge;
mod setting;
mod sleeping;

pub(crate) use host::this_host;
pub use setting::{FAR_EMULATOR, NEAR_EMULATOR, SelftestError, SelftestSetting};

use std::time::Duration;

use crate::parallel::runtime;
use crate::results::Item;
use crate::transport::timestamp_error;

use findings::Findings;

/// Measures this host and judges it, in about half a minute; `near` is the fleet of [`NEAR_EMULATOR`], `far` that of
/// [`FAR_EMULATOR`], and `begin` hears the name of each part as it begins.
///
/// # Errors
/// [`SelftestError`] when a part could not be carried out at all. A part that went badly is an item that says so.
pub fn examine(
    near: &SelftestSetting,
    far: &SelftestSetting,
    mut begin: impl FnMut(&'static str),
) -> Result<Vec<Item>, SelftestError> {
    let spin = calling::spin(near)?;
    begin("sleep overshoot");
    let sleeps = sleeping::sleeps(spin)?;
    begin("stamp error");
    let runtime = runtime("stamp error")?;
    let stamps = runtime.block_on(timestamp_error(STAMPED_PAIRS))?;
    drop(runtime);
    begin("achieved rate");
    let brisk = calling::pace(near, 1000.0, BRISK)?;
    begin("client overhead");
    let gentle = calling::pace(near, 100.0, GENTLE)?;
    begin("known delay");
    let recovery = calling::recovery(far)?;
    begin("A/A comparison");
    let twins = calling::twins(far)?;
    let link = far.simulation.link.clone();
    Ok(judge::items(&Findings {
        sleeps,
        stamps,
        brisk,
        gentle,
        recovery,
        twins,
        link,
    }))
}

/// Each is a request and an answer.
const STAMPED_PAIRS: u32 = 1000;
/// Four thousand calls.
const BRISK: Duration = Duration::from_secs(4);
/// Five hundred calls: enough for a p99.
const GENTLE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use sts_emulator::EmulatorConfig;
    use sts_model::Operation;

    use super::setting::{KNOWN, NEAR, TWINS};
    use super::*;

    #[test]
    fn the_fleets_have_what_is_called_and_nothing_in_them_is_left_to_chance() {
        for (text, called) in [
            (NEAR_EMULATOR, &[NEAR][..]),
            (FAR_EMULATOR, &[KNOWN.as_slice(), &TWINS].concat()),
        ] {
            let spec: EmulatorConfig = toml::from_str(text).expect("a fleet file");
            assert_eq!(spec.endpoints.split(',').collect::<Vec<_>>(), called);
            assert_eq!(
                spec.service_time(Operation::GetCallerIdentity).median_ms,
                0.0
            );
            assert!(
                spec.service_time.values().all(|law| law.sigma == 0.0),
                "what is injected is known for each call"
            );
        }
        let far: EmulatorConfig = toml::from_str(FAR_EMULATOR).expect("a fleet file");
        assert_eq!(far.rtt_ms[TWINS[0]], far.rtt_ms[TWINS[1]]);
        assert!(KNOWN.map(|name| far.rtt_ms[name]).is_sorted());
    }
}
