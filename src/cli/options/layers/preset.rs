//! What the presets say of the options.

use crate::plan::Preset;

/// The options of a preset with their values, as on the command line. `standard` is what every option is by default.
pub(super) fn options(preset: Preset, simulated: bool) -> Vec<(&'static str, &'static str)> {
    let mut options: Vec<(&str, &str)> = match preset {
        // 8 targets: 848 calls, about 54 s at 4 requests per second to each endpoint.
        Preset::Quick => vec![
            ("endpoints", "global,here,near:2"),
            ("operations", "get-caller-identity"),
            ("connections", "cold,warm"),
            ("rounds", "96"),
        ],
        Preset::Standard => Vec::new(),
        // 6 targets, four times as many answers as a p99 of independent answers needs: 9,700 calls, about 14 minutes.
        Preset::P99 => vec![
            ("endpoints", "global,here,near:1"),
            ("operations", "get-caller-identity"),
            ("connections", "cold,warm"),
            ("rounds", "1600"),
        ],
        // 108 targets: 88,000 calls, about 27 minutes at 3 requests per second to each endpoint.
        Preset::Full => vec![("connections", "cold,warm,resumed"), ("rounds", "800")],
    };
    // A simulated fleet is called faster than this anyway.
    if !simulated && matches!(preset, Preset::Quick | Preset::P99) {
        options.push(("rate-per-endpoint", "4"));
    }
    options
}
