//! What a plan would do, in words, before anything is sent.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use crate::plan::{Judging, Plan, Precision, Resolver, Service, Windows};
use crate::report::{counted, percentile_name};
use sts_model::{Call, ParameterValue};

use crate::cli::console::diagnostics::one_line;
use crate::cli::console::headline::{headline, load, minutes, per_second};
use crate::cli::options::export::Export;
use crate::cli::options::output::{OutputOptions, is_stdout};

/// Plan, calls, audit events and hosts.
pub(crate) fn describe(plan: &Plan, service: Service, windows: Option<Windows>) -> String {
    let calls_at_most = calls_at_most(plan, windows);
    let mut lines = Lines(String::new());
    add_targets(&mut lines, plan, service, windows);
    add_load(&mut lines, plan, windows);
    add_judging(&mut lines, &plan.judging, plan);
    add_calls(&mut lines, plan, windows, calls_at_most);
    lines.add("audit events", audit_events(plan, service, calls_at_most));
    lines.add("quota", quota(plan));
    lines.add("seed", plan.seed.to_string());
    if let Resolver::Server(server) = plan.resolver {
        lines.add(
            "resolver",
            format!("{server}, asked for the addresses of each new connection"),
        );
    }
    add_hosts(&mut lines, plan, service);
    lines.0
}

/// What the run would leave, as far as options say it.
pub(crate) fn describe_output(options: &OutputOptions) -> String {
    let mut lines = Lines(String::new());
    if let Some(format) = options.format {
        lines.add("report", format!("{} on stdout", format.as_str()));
    }
    if let Some(out) = &options.out {
        let shown = one_line(&out.display().to_string());
        lines.add(
            "files",
            if is_stdout(out) {
                "none".to_owned()
            } else {
                shown
            },
        );
    }
    for Export { format, path } in &options.export {
        let path = path.display().to_string();
        lines.add("", format!("{} in {}", format.as_str(), one_line(&path)));
    }
    lines.0
}

/// Calls of the whole run. One that chooses its own length may spend its whole budget.
pub(crate) fn calls_at_most(plan: &Plan, windows: Option<Windows>) -> u64 {
    let times = windows.map_or(1, |windows| u64::from(windows.number));
    let chosen = plan.judging.precision.map(|_| plan.max_requests);
    chosen.unwrap_or(plan.planned_requests() * times)
}

/// Labelled lines.
struct Lines(String);

impl Lines {
    /// A line, whose label is empty where it continues the one above.
    fn add(&mut self, label: &str, value: impl Display) {
        writeln!(self.0, "{label:<14}{value}").expect("a string takes any text");
    }
}

fn add_targets(lines: &mut Lines, plan: &Plan, service: Service, windows: Option<Windows>) {
    if let Some(preset) = plan.preset {
        lines.add("preset", preset);
    }
    let of_each = windows.map_or("", |_| "each window: ");
    let plan_line = headline(plan, service == Service::Simulated);
    let targets = plan.targets.len() as u64;
    lines.add(
        "plan",
        format!(
            "{of_each}{plan_line} ({targets} {})",
            counted(targets, "target")
        ),
    );
    let operations = plan.targets.iter().map(|t| t.call.operation().to_string());
    lines.add("operations", distinct(operations));
    for call in calls(plan) {
        lines.add("", parameters(call));
    }
    let connections = plan.targets.iter().map(|t| t.connection.to_string());
    lines.add("connections", distinct(connections));
}

fn add_load(lines: &mut Lines, plan: &Plan, windows: Option<Windows>) {
    let of_each = windows.map_or("", |_| "each window: ");
    lines.add("load", format!("{of_each}{}", load(plan)));
    lines.add(
        "blocks",
        format!(
            "{} of equal length; connections rotate between them",
            plan.blocks
        ),
    );
    if let Some(windows) = &windows {
        lines.add("windows", each(windows, plan));
    }
}

fn add_judging(lines: &mut Lines, judging: &Judging, plan: &Plan) {
    if let Some(precision) = judging.precision {
        lines.add("pilot", stages(precision, plan));
    }
    lines.add("judged", measure(judging));
    for (number, gate) in judging.gates.iter().enumerate() {
        lines.add(if number == 0 { "gates" } else { "" }, one_line(gate));
    }
}

fn add_calls(lines: &mut Lines, plan: &Plan, windows: Option<Windows>, calls_at_most: u64) {
    let signed = plan.targets.iter().any(|target| target.call.is_signed());
    let before = if signed { "1 to 3" } else { "none" };
    let warmup = plan.planned_warmup().min(plan.planned_requests());
    let calls = match windows {
        None => format!("{calls_at_most} at most, {warmup} of them warm-up"),
        Some(windows) => format!(
            "{} in each window, {warmup} of them warm-up; {calls_at_most} at most in all {} windows",
            plan.planned_requests(),
            windows.number
        ),
    };
    lines.add("calls", format!("{calls}; {before} more before the run"));
    lines.add(
        "rate",
        format!(
            "{} to one endpoint, averaged over a round",
            per_second(plan.rate_per_endpoint)
        ),
    );
}

fn audit_events(plan: &Plan, service: Service, calls_at_most: u64) -> String {
    let events = plan
        .targets
        .iter()
        .map(|t| t.call.operation().api_name().to_owned());
    match service {
        Service::Simulated => "none: the fleet is simulated on this machine".to_owned(),
        Service::Shared => format!(
            "{calls_at_most} CloudTrail management events, one for each call: {}",
            distinct(events)
        ),
    }
}

fn add_hosts(lines: &mut Lines, plan: &Plan, service: Service) {
    lines.add(
        "hosts",
        match service {
            Service::Simulated => "these names, each at a loopback address",
            Service::Shared => "these and no other, apart from where your credentials come from",
        },
    );
    for endpoint in plan.endpoints() {
        lines.add(
            "",
            format!(
                "{:<20} {} (signed for {})",
                endpoint.name, endpoint.origin, endpoint.signing_region
            ),
        );
    }
}

/// The names between commas, each once.
fn distinct(names: impl Iterator<Item = String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept.join(", ")
}

fn each(windows: &Windows, plan: &Plan) -> String {
    let distance = match windows.every {
        Duration::ZERO => "one after the other".to_owned(),
        every => format!("one every {}", minutes(every)),
    };
    let all = minutes(windows.length(plan));
    format!(
        "{}, {distance}, about {all} from the first to the end of the last; each in an order of its own",
        windows.number
    )
}

fn stages(precision: Precision, plan: &Plan) -> String {
    format!(
        "the above; then as many rounds as it shows to be needed for {} within ±{}% at every target, {} calls at most in all",
        percentile_name(precision.percentile),
        decimal(precision.half_width_ratio * 100.0),
        plan.max_requests
    )
}

fn measure(judging: &Judging) -> String {
    format!(
        "with {}% confidence, {}; differences matter from {}% and {} on",
        decimal(judging.confidence * 100.0),
        if judging.simultaneous {
            "all comparisons of a table together"
        } else {
            "each comparison by itself"
        },
        decimal(judging.margin_ratio * 100.0),
        with_blank(judging.margin)
    )
}

/// `1 ms`, as reports have it.
fn with_blank(time: Duration) -> String {
    let text = humantime::format_duration(time).to_string();
    let unit = text.find(|letter: char| letter.is_ascii_alphabetic());
    match unit.filter(|_| !text.contains(' ')) {
        Some(at) => format!("{} {}", &text[..at], &text[at..]),
        None => text,
    }
}

/// As many digits as were typed, without those that binary fractions add.
fn decimal(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// The calls, each once.
fn calls(plan: &Plan) -> Vec<&Call> {
    let mut calls: Vec<&Call> = Vec::new();
    for target in &plan.targets {
        if !calls.contains(&&target.call) {
            calls.push(&target.call);
        }
    }
    calls
}

/// A call's parameters; of secret ones where they come from.
fn parameters(call: &Call) -> String {
    let given = call.values().map(|(parameter, value)| {
        let text = match value {
            ParameterValue::Integer(number) => number.to_string(),
            ParameterValue::Text(text) => text.clone(),
            ParameterValue::List(items) => items.join(","),
            ParameterValue::Secret(source) => source.to_string(),
        };
        format!("{}={text}", parameter.cli_name)
    });
    let missing = call
        .missing()
        .map(|parameter| format!("{} from the fleet", parameter.cli_name));
    let all: Vec<_> = given.chain(missing).collect();
    let unsigned = if call.is_signed() { "" } else { " (unsigned)" };
    if all.is_empty() {
        format!("{}{unsigned}: no parameters", call.operation())
    } else {
        format!(
            "{}{unsigned}: {}",
            call.operation(),
            one_line(&all.join(" "))
        )
    }
}

fn quota(plan: &Plan) -> String {
    let drawing: Vec<_> = calls(plan)
        .into_iter()
        .map(Call::operation)
        .filter(|o| o.draws_on_quota())
        .map(|o| o.to_string())
        .collect();
    if drawing.is_empty() {
        return "none of the operations draws on the listed quota".to_owned();
    }
    format!(
        "an account's 600 requests/s in a Region, drawn on by {}",
        drawing.join(", ")
    )
}
