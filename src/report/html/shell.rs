//! What every page has: its style, its script and its data, and a policy by which it may load nothing.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// The frame of a page.
pub(crate) struct Shell<'a> {
    pub(crate) title: &'a str,
    pub(crate) policy: String,
    pub(crate) style: String,
    /// The library by which the script draws, where the page has something to draw.
    pub(crate) library: Option<&'static str>,
    pub(crate) script: String,
    pub(crate) data: String,
    pub(crate) version: &'static str,
}

impl<'a> Shell<'a> {
    /// Around a page with that title, whose script reads `data`.
    pub(crate) fn of(title: &'a str, data: &impl Serialize, script: Script) -> Self {
        let library = script.library;
        let (style, script) = (packed(STYLE), script.packed());
        Self {
            title,
            policy: policy(&style, library.into_iter().chain([script.as_str()])),
            style,
            library,
            script,
            // Within a script element only `<` could end it.
            data: serde_json::to_string(data)
                .expect("numbers and texts have a JSON form")
                .replace('<', "\\u003c"),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// A style or a script without indentation, without the lines that only explain it, and without the ends of lines that
/// separate nothing.
fn packed(source: &str) -> String {
    let lines = source.lines().map(str::trim_start);
    let says = |line: &&str| !(line.is_empty() || line.starts_with("//") || line.starts_with("/*"));
    let mut packed = String::with_capacity(source.len());
    for line in lines.filter(says) {
        packed.push_str(line);
        if line.contains("//") || !line.ends_with([';', '{', ',', '}', '(']) {
            packed.push('\n');
        }
    }
    packed
}

/// A line of a script without the blanks beside signs. Texts stay as they are, and so does a line that may hold a regular
/// expression: one with a `/` that has no blank on both sides.
fn without_blanks(line: &str) -> String {
    if line.replace(" / ", "").contains('/') {
        return line.to_owned();
    }
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let separates = |before: char, after: char| {
        is_name(before) && is_name(after) || "+-".contains(before) && "+-".contains(after)
    };
    let (mut tight, mut quote) = (String::with_capacity(line.len()), None);
    let mut characters = line.trim_start().chars().peekable();
    while let Some(c) = characters.next() {
        let (before, after) = (tight.chars().next_back(), characters.peek());
        match quote {
            Some(end) if c == end && before != Some('\\') => quote = None,
            None if matches!(c, '"' | '`') => quote = Some(c),
            None if c == ' ' && !before.zip(after).is_some_and(|(a, &b)| separates(a, b)) => {
                continue;
            }
            _ => {}
        }
        tight.push(c);
    }
    // A text that goes on in the next line.
    if quote.is_some() {
        line.to_owned()
    } else {
        tight
    }
}

/// What the browser lets the page do: show what is in it. The style and the scripts are known by their digests.
fn policy<'a>(style: &str, scripts: impl Iterator<Item = &'a str>) -> String {
    let known = |text: &str| {
        let digest = STANDARD.encode(digest(&SHA256, text.as_bytes()));
        format!("'sha256-{digest}'")
    };
    let scripts: Vec<String> = scripts.map(known).collect();
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        known(style),
        scripts.join(" ")
    )
}

const STYLE: &str = concat!(
    include_str!("../../../assets/uplot/uPlot.min.css"),
    "\n",
    include_str!("static/page.css")
);
/// uPlot 1.6.32, by which the script draws.
const UPLOT: &str = include_str!("../../../assets/uplot/uPlot.iife.min.js");

/// A script that reads the page and acts on it; each is less than 15 kB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    /// The library by which it draws, where it draws.
    library: Option<&'static str>,
    parts: [&'static str; 3],
}

/// The script of reports.
pub(crate) const REPORT: Script = Script {
    library: Some(UPLOT),
    parts: [COMMON, include_str!("static/page.js"), THEME],
};
/// The script of pages with nothing but tables and pictures.
pub(crate) const TABLES: Script = Script {
    library: None,
    parts: [COMMON, include_str!("static/tables.js"), THEME],
};
const COMMON: &str = include_str!("static/common.js");
const THEME: &str = include_str!("static/theme.js");

impl Script {
    fn packed(self) -> String {
        let source = self.parts.join("\n");
        let lines: Vec<String> = source.lines().map(without_blanks).collect();
        packed(&lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_less_than_fifteen_kilobytes_of_script_of_its_own() {
        for script in [REPORT, TABLES] {
            let script = script.packed();
            assert!(script.len() < 15_000, "{} bytes", script.len());
        }
    }

    #[test]
    fn blanks_go_where_they_separate_nothing() {
        for (line, tight) in [
            (
                "const a = (b) => ({ c, ...d });",
                "const a=(b)=>({c,...d});",
            ),
            ("a - -b + c", "a- -b+c"),
            (
                "say(\"a , b\", `c + ${ d }`) ;",
                "say(\"a , b\",`c + ${ d }`);",
            ),
            ("half = a / 2", "half=a/2"),
            ("x.replace(/ , /g, \" \")", "x.replace(/ , /g, \" \")"),
            ("const it = ` of", "const it = ` of"),
        ] {
            assert_eq!(without_blanks(line), tight);
        }
    }
}
