//! Talk on stderr: one line each, bounded, with nothing in it that a terminal would obey.

use std::io::Write as _;

use clap::error::ErrorKind;

use crate::report::printable;

use crate::cli::exit_code::Exit;

/// Says a line on stderr, or some; a closed stderr is no reason to stop. No line is one that a CI system would obey.
pub(crate) fn say(text: &str) {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    writeln!(std::io::stderr(), "{}", lines.join("\n")).ok();
}

/// Says a warning.
pub(crate) fn warn(text: &str) {
    say(&format!("warning: {}", one_line(text)));
}

/// `text` as one line: what a terminal or a CI system would obey is taken out, and what is too long to read is cut.
pub(crate) fn one_line(text: &str) -> String {
    let words = printable(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match words.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}… ({} bytes)", &words[..at], words.len()),
        None => words,
    }
}

/// Shows what clap has to say: help and version as they are, an error as one line.
pub(crate) fn of_clap(error: &clap::Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Colours are for terminals that want them; the stream decides, by NO_COLOR and its kin.
            let written = write!(anstream::stdout(), "{}", error.render().ansi());
            match written {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::NotWritten,
                _ => Exit::Success,
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            write!(anstream::stderr(), "{}", error.render().ansi()).ok();
            Exit::Usage
        }
        _ => {
            let text = error.render().to_string();
            let about = text.split("\n\nUsage:").next().unwrap_or_default();
            let about = about
                .split("\n\nFor more information")
                .next()
                .unwrap_or_default();
            let lines: Vec<_> = about
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect();
            say(&one_line(&lines.join("; ").replace(":; ", ": ")));
            Exit::Usage
        }
    }
}

const MAX_CHARS: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_or_hostile_text_becomes_one_short_line() {
        let text = one_line(&format!("a\u{1b}[31m\nb\r{}", "x".repeat(2 << 20)));
        assert!(
            text.starts_with("a [31m b x") && text.len() < 700 && !text.contains('\n'),
            "{text:.40}"
        );
        let told = one_line("no such file: x\n::error::gone ##[add-mask]y");
        assert!(
            !told.contains(" ::error") && !told.contains("##["),
            "{told}"
        );
    }
}
