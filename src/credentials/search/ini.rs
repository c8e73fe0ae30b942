//! The dialect in which the AWS CLI reads its files: Python's `configparser`, with one level of nesting. The AWS SDK's
//! own reader knows a narrower one: no indented settings, no `:`, no names of other characters.
//!
//! What Python refuses is refused here too, but only where it stands: a line that cannot be read spoils its own section.
//! A section or a setting that is given twice, for which Python refuses the whole file, is replaced by the later one: keys of two
//! sections are never mixed. Only `[DEFAULT]` is continued, as by Python.

use crate::credentials::error::LineFault;

/// A section, in the order of the file.
#[derive(Default)]
pub(super) struct IniSection {
    /// What stands between the brackets.
    pub(super) name: String,
    /// The number of its first line.
    pub(super) line: usize,
    pub(super) settings: Vec<IniSetting>,
    /// The first line of it that cannot be read.
    pub(super) fault: Option<(usize, LineFault)>,
    /// The lines at which it, or a setting in it, is given again.
    pub(super) repeats: Vec<usize>,
}

/// A setting of a section.
#[derive(Debug, Clone)]
pub(super) struct IniSetting {
    /// In lower case.
    pub(super) name: String,
    /// One with settings nested in it begins with a line feed.
    pub(super) value: String,
    /// The number of its first line.
    pub(super) line: usize,
}

impl IniSection {
    fn beginning(line: usize, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            line,
            settings: Vec::new(),
            fault: None,
            repeats: Vec::new(),
        }
    }
}

/// The sections of `text`.
///
/// # Errors
/// A line before any section that is neither empty nor a comment.
pub(super) fn read(text: &str) -> Result<Vec<IniSection>, (usize, LineFault)> {
    let mut reader = Reader::default();
    // Python counts each of these as the end of a line.
    for (index, line) in text.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
        reader.line(index + 1, line)?;
    }
    Ok(reader.finished())
}

#[derive(Default)]
struct Reader {
    sections: Vec<IniSection>,
    /// The section that is being read.
    current: Option<usize>,
    /// The setting that a deeper line continues.
    open: Option<usize>,
    /// How far the last section or setting was indented, characters.
    indentation: usize,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), (usize, LineFault)> {
        let value = line.trim();
        if value.starts_with(['#', ';']) {
            return Ok(());
        }
        if value.is_empty() {
            if let Some(open) = self.open_value() {
                open.push('\n');
            }
            return Ok(());
        }
        let indentation = line.chars().take_while(|c| c.is_whitespace()).count();
        if indentation > self.indentation
            && let Some(open) = self.open_value()
        {
            let is_nested = open.is_empty() || open.starts_with('\n');
            open.push('\n');
            open.push_str(value);
            if is_nested && !value.contains('=') {
                self.spoil((number, LineFault::Nested));
            }
            return Ok(());
        }
        self.indentation = indentation;
        if let Some(name) = header(value) {
            self.begin(number, name);
            return Ok(());
        }
        let Some(section) = self.current.and_then(|at| self.sections.get_mut(at)) else {
            let fault = if value.starts_with('\u{feff}') {
                LineFault::ByteOrderMark
            } else if value.starts_with('[') {
                LineFault::OpenHeading
            } else {
                LineFault::BeforeAnySection
            };
            return Err((number, fault));
        };
        match setting(value) {
            Ok((name, value)) => {
                let before = section.settings.len();
                section.settings.retain(|known| known.name != name);
                if section.settings.len() < before {
                    section.repeats.push(number);
                }
                self.open = Some(section.settings.len());
                let line = number;
                section.settings.push(IniSetting { name, value, line });
            }
            Err(fault) => self.spoil((number, fault)),
        }
        Ok(())
    }

    fn begin(&mut self, number: usize, name: &str) {
        self.open = None;
        let mut sections = self.sections.iter();
        let known = sections.position(|section| section.name == name);
        self.current = Some(known.unwrap_or(self.sections.len()));
        match known.and_then(|at| self.sections.get_mut(at)) {
            Some(section) if section.name == COMMON => {}
            Some(section) => {
                let mut repeats = std::mem::take(&mut section.repeats);
                repeats.push(number);
                *section = IniSection::beginning(number, name);
                section.repeats = repeats;
            }
            None => self.sections.push(IniSection::beginning(number, name)),
        }
    }

    fn spoil(&mut self, fault: (usize, LineFault)) {
        let section = self.current.and_then(|at| self.sections.get_mut(at));
        if let Some(section) = section {
            section.fault.get_or_insert(fault);
        }
    }

    fn open_value(&mut self) -> Option<&mut String> {
        let section = self.sections.get_mut(self.current?)?;
        let setting = section.settings.get_mut(self.open?)?;
        Some(&mut setting.value)
    }

    /// Values without the empty lines after them; every section with what `[DEFAULT]` says for all.
    fn finished(mut self) -> Vec<IniSection> {
        for section in &mut self.sections {
            for setting in &mut section.settings {
                let value = &mut setting.value;
                value.truncate(value.trim_end().len());
            }
        }
        let Some(at) = self.sections.iter().position(|it| it.name == COMMON) else {
            return self.sections;
        };
        let common = self.sections.remove(at);
        for section in &mut self.sections {
            let own = section.settings.clone();
            let others = common.settings.iter();
            let others = others.filter(|it| own.iter().all(|known| known.name != it.name));
            section.settings.extend(others.cloned());
            section.fault = section.fault.or(common.fault);
        }
        self.sections
    }
}

/// The section whose settings count in all others.
const COMMON: &str = "DEFAULT";

/// The name in a section's heading; what follows the last bracket is dropped.
fn header(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

fn setting(line: &str) -> Result<(String, String), LineFault> {
    let no_setting = || {
        if line.starts_with('[') {
            LineFault::OpenHeading
        } else {
            LineFault::NoSeparator
        }
    };
    let (name, value) = line.split_once(['=', ':']).ok_or_else(no_setting)?;
    match name.trim_end() {
        "" => Err(LineFault::NoName),
        name => Ok((name.to_lowercase(), value.trim().to_owned())),
    }
}

impl Drop for IniSection {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        for setting in &mut self.settings {
            setting.value.zeroize();
        }
    }
}

/// How many sections `text` has, or the line that cannot be read.
#[cfg(any(test, fuzzing))]
pub(crate) fn sections_in(text: &str) -> Result<usize, usize> {
    read(text)
        .map(|sections| sections.len())
        .map_err(|(line, _)| line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings(text: &str) -> Vec<(String, String)> {
        let section = read(text).expect("readable").remove(0);
        let pairs = section.settings.iter();
        pairs
            .map(|it| (it.name.clone(), it.value.clone()))
            .collect()
    }

    #[test]
    fn indented_settings_either_separator_and_any_line_end_are_read() {
        for text in [
            "[default]\n    a = 1\n    b = 2\n",
            "[default]\n\ta = 1\n\tb: 2\n",
            "[default]\n  a=1\nb = 2",
            "  [default]\n  a = 1\n  B = 2",
            "[default]\r\na = 1\r\nb = 2\r\n",
            "[default]\ra = 1\rb = 2\r",
            "[default] /* note */\na = 1\n# c\n  ; c\nb = 2\n",
            "[DEFAULT]\na = 1\n[default]\nc = 1\n[DEFAULT]\n[default]\na = 1\nb = 2\n",
            "[default]\nc = 1\n[other]\nc = 1\n[default]\na = 1\nb = 2\n",
            "[DEFAULT]\nb = 2\n[default]\na = 1\n",
        ] {
            let pairs = settings(text);
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            assert_eq!(pairs, [("a", "1"), ("b", "2")], "{text:?}");
        }
    }

    #[test]
    fn a_deeper_line_continues_the_setting_before_it() {
        let pairs = settings("[default]\na = 1\n  b = 2\n\n  c\nd =\n  e = 3\n");
        assert_eq!(pairs[0], ("a".to_owned(), "1\nb = 2\n\nc".to_owned()));
        assert_eq!(pairs[1], ("d".to_owned(), "\ne = 3".to_owned()));
    }

    #[test]
    fn a_line_that_cannot_be_read_spoils_its_own_section() {
        let text = "[a]\nx = 1\n[b]\nwords\n[c]\n= 1\n[d]\nn =\n  words\n[e]\nx = 1\n";
        let faults: Vec<_> = read(text)
            .expect("sections")
            .iter()
            .map(|it| it.fault)
            .collect();
        assert_eq!(
            faults,
            [
                None,
                Some((4, LineFault::NoSeparator)),
                Some((6, LineFault::NoName)),
                Some((9, LineFault::Nested)),
                None
            ]
        );
        assert_eq!(
            read("# c\na = 1\n").err(),
            Some((2, LineFault::BeforeAnySection))
        );
        assert_eq!(
            read("# c\n[default\na = 1\n").err(),
            Some((2, LineFault::OpenHeading))
        );
        assert_eq!(
            read("[a]\n[default\n").expect("a section")[0].fault,
            Some((2, LineFault::OpenHeading))
        );
        assert_eq!(
            read("\u{feff}[default]\n").err(),
            Some((1, LineFault::ByteOrderMark))
        );
    }

    #[test]
    fn of_two_sections_and_of_two_settings_the_last_counts_whole_and_the_line_is_known() {
        let text = "[a]\nx = 1\ntoken = old\nwords\n[b]\ny = 1\ny = 2\n[a]\nx = 2\n[a]\nx = 3\n";
        let sections = read(text).expect("sections");
        let of_a: Vec<_> = sections[0].settings.iter().collect();
        assert_eq!(sections[0].line, 10);
        assert_eq!(
            (of_a.len(), of_a[0].value.as_str(), of_a[0].line),
            (1, "3", 11)
        );
        assert_eq!(
            (sections[0].fault, &sections[0].repeats[..]),
            (None, &[8, 10][..])
        );
        assert_eq!(
            (&sections[1].settings[0].value[..], &sections[1].repeats[..]),
            ("2", &[7][..])
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn every_text_is_sections_or_a_refusal_by_line(
            text in prop_oneof![any::<String>(), "(\\[|\\]|profile |default|=|:|#|;|\"|'|\\\\| |\t|\r|\n|\u{feff}|[a-z]){0,120}"]
        ) {
            let lines = text.matches(['\n', '\r']).count() + 1;
            match read(&text) {
                Ok(sections) => prop_assert!(sections.len() <= lines),
                Err((line, _)) => prop_assert!((1..=lines).contains(&line), "{line} of {lines}"),
            }
        }
    }
}
