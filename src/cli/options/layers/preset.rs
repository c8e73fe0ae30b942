//! What the presets say of the options.

use crate::plan::Preset;

/// The options of a preset with their values, as on the command line.
pub(super) fn options(preset: Preset, simulated: bool) -> Vec<(&'static str, String)> {
    let extent = preset.extent();
    let connections: Vec<&str> = extent.connections.iter().map(|it| it.as_str()).collect();
    let rate = extent.rate_per_endpoint.filter(|_| !simulated);
    let options = [
        ("endpoints", extent.endpoints.map(str::to_owned)),
        ("operations", extent.operation.map(|it| it.to_string())),
        (
            "connections",
            (!connections.is_empty()).then(|| connections.join(",")),
        ),
        ("rounds", extent.rounds.map(|rounds| rounds.to_string())),
        ("rate-per-endpoint", rate.map(|rate| rate.to_string())),
    ];
    options
        .into_iter()
        .filter_map(|(option, value)| Some((option, value?)))
        .collect()
}
