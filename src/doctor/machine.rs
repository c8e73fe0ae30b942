//! What the kernel gives this program, and how noisy the machine is.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::notice::DoctorFinding;
use crate::parallel::runtime;
use crate::transport::timestamp_error;

/// How long the kernel's timestamps may take to be seen.
const LIMIT: Duration = Duration::from_millis(300);

/// Whether the kernel stamps what goes over a connection, tried over loopback.
pub(super) fn kernel_clock() -> DoctorFinding {
    let refused = |reason: &str| DoctorFinding::NoKernelClock(reason.to_owned());
    let runtime = match runtime("stamps") {
        Ok(runtime) => runtime,
        Err(error) => return refused(&error.to_string()),
    };
    let stamped = runtime.block_on(async { tokio::time::timeout(LIMIT, timestamp_error(1)).await });
    match stamped {
        Ok(Ok(Some(_))) => DoctorFinding::KernelClock,
        Ok(Ok(None)) => refused("the kernel does not offer them"),
        Ok(Err(error)) => refused(&error.to_string()),
        Err(_) => refused("none came within 300 ms"),
    }
}

/// What is readable below `root` about the machine's load, its processors' clock and its power supply.
pub(super) fn noise(root: &Path) -> Vec<DoctorFinding> {
    let text = |file: &str| {
        let read = fs::read_to_string(root.join(file)).ok()?;
        Some(read.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = text("proc/loadavg").and_then(|load| {
        let load = load.split(' ').next()?.parse().ok()?;
        Some(DoctorFinding::Load { load, cores })
    });
    let governor = text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    let governor = governor.map(DoctorFinding::Governor);
    let battery = is_on_battery(&root.join("sys/class/power_supply"));
    load.into_iter()
        .chain(governor)
        .chain(battery.then_some(DoctorFinding::OnBattery))
        .collect()
}

/// Whether a battery of the machine itself, not of a mouse, gives power.
fn is_on_battery(supplies: &Path) -> bool {
    let Ok(supplies) = fs::read_dir(supplies) else {
        return false;
    };
    supplies.flatten().any(|supply| {
        let says = |file: &str, word: &str| {
            fs::read_to_string(supply.path().join(file)).is_ok_and(|text| text.trim() == word)
        };
        says("type", "Battery") && says("status", "Discharging") && !says("scope", "Device")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::FindingMark;

    fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a directory");
        for (file, text) in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(path, text).expect("written");
        }
        root
    }

    #[test]
    fn a_busy_laptop_on_battery_is_noisy() {
        let root = with(&[
            ("proc/loadavg", "512.50 3.00 2.00 9/999 1234\n"),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                "powersave\n",
            ),
            ("sys/class/power_supply/BAT0/type", "Battery\n"),
            ("sys/class/power_supply/BAT0/status", "Discharging\n"),
        ]);
        let found = noise(root.path());
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found
                .iter()
                .all(|it| it.mark() == FindingMark::Warn && it.remedy().is_some()),
            "{found:?}"
        );
    }

    #[test]
    fn an_idle_server_and_a_mouse_are_quiet() {
        let root = with(&[
            ("proc/loadavg", "0.01 0.00 0.00 1/100 1\n"),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                "performance\n",
            ),
            ("sys/class/power_supply/hid/type", "Battery\n"),
            ("sys/class/power_supply/hid/status", "Discharging\n"),
            ("sys/class/power_supply/hid/scope", "Device\n"),
        ]);
        let found = noise(root.path());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found.iter().all(|it| it.mark() == FindingMark::Ok),
            "{found:?}"
        );
        assert!(noise(Path::new("/nonexistent")).is_empty());
    }
}
