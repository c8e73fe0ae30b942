//! Options from the environment: `STSBENCH_` and the option's long name in capitals.

use std::ffi::OsString;

use super::layer::{ALONE, LayerEntry, Origin};
use sts_model::{is_slip_of, nearest};

/// What the environment says of the options of `run`, and the variables that say nothing.
///
/// # Errors
/// The variable with what is wrong with its value, or whose option is for the command line alone.
pub(super) fn read(
    run: &clap::Command,
    variables: &[(OsString, OsString)],
) -> Result<(Vec<LayerEntry>, Vec<String>), String> {
    let options: Vec<&str> = run
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .filter(|long| !ALONE.contains(long))
        .collect();
    let names: Vec<String> = options.iter().map(|option| variable(option)).collect();
    let (mut entries, mut remarks) = (Vec::new(), Vec::new());
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        let Some(at) = names.iter().position(|known| known == name) else {
            if is_of_others(name) || value.is_empty() {
                continue;
            }
            if let Some(option) = ALONE.iter().find(|option| variable(option) == name) {
                return Err(format!("{name}: {option} is for the command line alone"));
            }
            remarks.push(unknown(name, &names));
            continue;
        };
        let Some(value) = value.to_str() else {
            return Err(format!("{name} is not UTF-8"));
        };
        if value.is_empty() {
            continue;
        }
        // A list of conditions or hosts has one on each line.
        let values: Vec<String> = value.lines().map(str::to_owned).collect();
        let entry = LayerEntry::new(
            run,
            options[at],
            &values,
            Origin::Environment(name.to_owned()),
        );
        let mut entry = entry.map_err(|error| format!("{name}: {error}"))?;
        if name == VANTAGE {
            // Read where the name of the vantage is chosen, which records the variable as its source.
            entry.words.clear();
        }
        entries.push(entry);
    }
    let more = remarks.len().saturating_sub(MOST_REMARKS);
    remarks.truncate(MOST_REMARKS);
    if more > 0 {
        remarks.push(format!("{more} more variables {PREFIX}… are no options"));
    }
    Ok((entries, remarks))
}

/// What is said of a variable that no option has.
fn unknown(name: &str, names: &[String]) -> String {
    let near = nearest(name, names.iter().map(String::as_str))
        .filter(|near| is_slip_of(&name[PREFIX.len()..], &near[PREFIX.len()..]));
    match near {
        Some(near) => format!("{name} is no option; did you mean {near}?"),
        None => format!("{name} is no option"),
    }
}

/// Whether the variable is one that something else reads, or that Kubernetes sets for a service called stsbench.
fn is_of_others(name: &str) -> bool {
    OTHERS.contains(&name)
        || name == "STSBENCH_PORT"
        || ["STSBENCH_PORT_", "STSBENCH_SERVICE_"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// The variable of an option.
pub(super) fn variable(option: &str) -> String {
    format!("{PREFIX}{}", option.replace('-', "_").to_ascii_uppercase())
}

const PREFIX: &str = "STSBENCH_";
const VANTAGE: &str = "STSBENCH_VANTAGE";

/// So many variables that are no options are named.
const MOST_REMARKS: usize = 8;

/// Variables that are no options of a run: of this program, and of the scripts that start it.
const OTHERS: [&str; 6] = [
    "STSBENCH_CONFIG",
    "STSBENCH_CONFIG_PROFILE",
    "STSBENCH_COMPLETE",
    "STSBENCH_NODE_NAME",
    "STSBENCH_NODE_ZONE",
    "STSBENCH_PROGRAM",
];
