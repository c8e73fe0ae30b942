//! The characters that a terminal can show: UTF-8 unless the locale or the kind of terminal says otherwise, then ASCII.
//!
//! This applies to text for people only. Files and machine-readable formats stay UTF-8, because they are not read on this
//! terminal.

use std::ffi::OsString;
use std::sync::LazyLock;

/// `text` in characters that the terminal of this process can show.
pub(crate) fn displayable(text: String) -> String {
    static CHARSET: LazyLock<Charset> =
        LazyLock::new(|| Charset::of(|name| std::env::var_os(name)));
    match *CHARSET {
        Charset::Utf8 => text,
        Charset::Ascii => ascii(&text),
    }
}

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    Ascii,
}

impl Charset {
    /// As an environment says it: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty names the locale, and a dumb
    /// terminal has ASCII alone. Without any locale it is UTF-8: most environments that set none, such as those of services and
    /// containers, have their output read by something that takes it.
    fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        if variable("TERM").is_some_and(|term| term == "dumb") {
            return Self::Ascii;
        }
        let mut names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
        let locale = names.find_map(|name| variable(name).filter(|value| !value.is_empty()));
        match locale {
            Some(locale) if !is_utf8(&locale.to_string_lossy()) => Self::Ascii,
            Some(_) | None => Self::Utf8,
        }
    }
}

/// Whether the locale of that name has UTF-8: `de_DE.UTF-8`, `C.utf8@variant`, macOS's `UTF-8`.
fn is_utf8(locale: &str) -> bool {
    let name = locale.split('@').next().unwrap_or_default();
    let charset = name.rsplit('.').next().unwrap_or_default();
    ["utf-8", "utf8"].contains(&charset.to_ascii_lowercase().as_str())
}

/// `text` in ASCII. What takes more room than before takes it from the blanks that follow, so that columns stay in place.
fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut too_wide = 0;
    while let Some(c) = rest.next() {
        if c == ' ' && too_wide > 0 && rest.peek() == Some(&' ') {
            too_wide -= 1;
            continue;
        }
        if c == '\n' {
            too_wide = 0;
        }
        if c.is_ascii() {
            plain.push(c);
            continue;
        }
        let instead = stand_in(c);
        plain.push_str(instead);
        too_wide += instead.len().saturating_sub(1);
    }
    plain
}

/// What is shown in the place of a character that is not ASCII; `?` for those that this program never writes itself.
fn stand_in(c: char) -> &'static str {
    match c {
        '–' | '—' | '−' | '─' => "-",
        '×' | '✗' => "x",
        '▸' => ">",
        '·' | '‖' => "|",
        '…' => "...",
        '•' => "*",
        '→' => "->",
        '←' => "<-",
        '≥' => ">=",
        '≤' => "<=",
        '≈' => "~",
        '±' => "+-",
        'µ' | 'μ' => "u",
        '°' => " deg",
        '’' | '‘' => "'",
        '“' | '”' | '«' | '»' => "\"",
        '½' => "1/2",
        '²' => "^2",
        '√' => "sqrt ",
        '∞' => "inf",
        '§' => "section ",
        '\u{a0}' | '\u{202f}' => " ",
        '▁'..='█' => BARS[c as usize - '▁' as usize],
        letter => without_marks(letter),
    }
}

/// Eighths of a bar, from the lowest to the whole one.
const BARS: [&str; 8] = ["_", ".", ":", "-", "=", "+", "*", "#"];

/// A letter without its marks.
fn without_marks(letter: char) -> &'static str {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ą' => "a",
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ā' => "A",
        'ç' | 'ć' | 'č' => "c",
        'Ç' | 'Č' => "C",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'È' | 'É' | 'Ê' | 'Ë' => "E",
        'ì' | 'í' | 'î' | 'ï' | 'ī' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'ñ' | 'ń' | 'ň' => "n",
        'Ñ' => "N",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'Ō' => "O",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' => "u",
        'Ù' | 'Ú' | 'Û' | 'Ü' => "U",
        'ý' | 'ÿ' => "y",
        'ł' => "l",
        'ś' | 'š' => "s",
        'Š' => "S",
        'ź' | 'ż' | 'ž' => "z",
        'Ž' => "Z",
        'ß' => "ss",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charset(variables: &[(&str, &str)]) -> Charset {
        Charset::of(|name| {
            let set = variables.iter().find(|(known, _)| *known == name);
            set.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_nearest_locale_that_is_not_empty_decides() {
        let utf8: [&[(&str, &str)]; 6] = [
            &[],
            &[("LANG", "de_DE.UTF-8")],
            &[("LC_ALL", ""), ("LC_CTYPE", "UTF-8"), ("LANG", "C")],
            &[("LC_ALL", "C.utf8"), ("LANG", "C")],
            &[("LANG", "sr_RS.UTF-8@latin"), ("TERM", "xterm")],
            &[("LANG", ""), ("TERM", "")],
        ];
        for environment in utf8 {
            assert_eq!(charset(environment), Charset::Utf8, "{environment:?}");
        }
        let ascii: [&[(&str, &str)]; 6] = [
            &[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")],
            &[("LC_CTYPE", "POSIX"), ("LANG", "de_DE.UTF-8")],
            &[("LANG", "de_DE.ISO-8859-1")],
            &[("LANG", "de_DE@euro")],
            &[("LANG", "ja_JP.eucJP")],
            &[("LANG", "C.UTF-8"), ("TERM", "dumb")],
        ];
        for environment in ascii {
            assert_eq!(charset(environment), Charset::Ascii, "{environment:?}");
        }
    }

    #[test]
    fn the_same_text_is_said_in_ascii_and_columns_stay_in_place() {
        let table =
            "▸ global   São Paulo  350.2–352.8  25× faster\n… 12 more · ±0.3 ms\nZürich ≥3  x";
        assert_eq!(
            ascii(table),
            "> global   Sao Paulo  350.2-352.8  25x faster\n... 12 more | +-0.3 ms\nZurich >=3 x"
        );
        assert_eq!(ascii("▁▂▃▄▅▆▇█ 日本"), "_.:-=+*# ??");
        assert_eq!(ascii("a…    b\n  c"), "a...  b\n  c");
    }
}
