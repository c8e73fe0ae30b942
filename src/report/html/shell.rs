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
        let (style, script) = (packed(STYLE), packed(&script.parts.join("\n")));
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
        if line.contains("//") || !line.ends_with([';', '{', ',']) {
            packed.push('\n');
        }
    }
    packed
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

/// A script that reads the page and acts on it; each is less than 17 kB.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_less_than_fifteen_kilobytes_of_script_of_its_own() {
        for script in [REPORT, TABLES] {
            let script = packed(&script.parts.join("\n"));
            assert!(script.len() < 17_000, "{} bytes", script.len());
        }
    }
}
