//! What `-h` shows: the options that everybody needs. `--help` shows all, by subject.

use crate::cli::commands::serve::options::adapted;

/// Options of `stsbench run` that `-h` shows.
const OF_A_RUN: [&str; 12] = [
    "preset",
    "simulate",
    "endpoints",
    "operations",
    "rounds",
    "dry-run",
    "gate",
    "profile",
    "region",
    "out",
    "format",
    "quiet",
];

/// Options that other commands have beside a run's, and that `-h` shows.
const OF_OTHERS: [&str; 2] = ["origin", "listen"];

/// Options of other commands that `-h` leaves out.
const LEFT_OUT: [(&str, &[&str]); 4] = [
    (
        "chart",
        &["since", "vantage", "limit", "text", "alt", "background"],
    ),
    (
        "emulate",
        &[
            "fleet-toml",
            "loss",
            "jitter",
            "rate",
            "until-stdin-ends",
            "print-fleet",
            "is-ready",
        ],
    ),
    (
        "report",
        &[
            "simultaneous",
            "export",
            "force",
            "color",
            "columns",
            "inconclusive",
            "since",
            "vantage",
            "limit",
            "charts",
        ],
    ),
    ("view", &["export", "force", "color", "columns", "charts"]),
];

/// `command` with a short help for each of its commands.
pub(crate) fn shortened(command: clap::Command) -> clap::Command {
    let mut command = command;
    let names: Vec<String> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(&name, |it| match name.as_str() {
            "run" => of_a_run(it),
            "serve" => of_a_run(adapted(it)),
            "config" => it.mut_subcommand("show", of_a_run),
            other => leaving_out(it, other),
        });
    }
    command
}

/// The same without subjects, as `-h` shows it.
pub(crate) fn without_subjects(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .collect();
    let command = command.mut_args(|argument| argument.help_heading(None::<&'static str>));
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, without_subjects)
    })
}

fn of_a_run(command: clap::Command) -> clap::Command {
    command.mut_args(|argument| {
        let is_shown = argument
            .get_long()
            .is_none_or(|long| OF_A_RUN.contains(&long) || OF_OTHERS.contains(&long));
        argument.hide_short_help(!is_shown)
    })
}

fn leaving_out(command: clap::Command, name: &str) -> clap::Command {
    let left_out = LEFT_OUT.iter().find(|(other, _)| *other == name);
    let left_out = left_out.map_or(&[][..], |(_, options)| options);
    let is_about_a_bucket = |long: &str| name != "push" && long.starts_with("store-");
    command.mut_args(|argument| {
        let hidden = argument
            .get_long()
            .is_some_and(|long| left_out.contains(&long) || is_about_a_bucket(long));
        argument.hide_short_help(hidden)
    })
}

#[cfg(test)]
mod tests {
    use super::without_subjects;
    use crate::cli::program::command;

    /// The short and the long help of every command, by name.
    fn helps() -> Vec<(String, String, String)> {
        let mut root = without_subjects(command());
        root.build();
        let mut found = Vec::new();
        let mut open = vec![root];
        while let Some(mut command) = open.pop() {
            let name = command.get_display_name().unwrap_or_default().to_owned();
            let (short, long) = (command.render_help(), command.render_long_help());
            found.push((name, short.to_string(), long.to_string()));
            let below = command
                .get_subcommands()
                .filter(|it| it.get_name() != "help");
            open.extend(below.cloned());
        }
        found
    }

    #[test]
    fn the_short_help_fits_on_a_screen_and_no_help_is_wider_than_100_columns() {
        let helps = helps();
        assert!(helps.len() > 12);
        let mut too_long = Vec::new();
        for (name, short, long) in helps {
            let lines = short.lines().count();
            if lines > 40 {
                too_long.push(format!("{name} -h has {lines} lines:\n{short}"));
            }
            for line in short.lines().chain(long.lines()) {
                assert!(line.chars().count() <= 100, "{name}: {line}");
            }
        }
        assert!(too_long.is_empty(), "{}", too_long.join("\n"));
    }

    #[test]
    fn the_long_help_has_what_the_short_one_leaves_out() {
        let helps = helps();
        let (_, short, long) = helps
            .iter()
            .find(|(name, ..)| name == "stsbench-run")
            .expect("there");
        for option in ["--preset", "--endpoints", "-n, --rounds", "Examples:"] {
            assert!(short.contains(option) && long.contains(option), "{option}");
        }
        for option in ["--spin", "--insecure-http", "--config-profile"] {
            assert!(!short.contains(option) && long.contains(option), "{option}");
        }
    }
}
