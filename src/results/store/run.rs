//! A run as JSON: the same run always gives the same bytes, laid out so that a person and `diff` find their way.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::results::model::run::Run;

/// The run's file in its directory.
pub const RUN_FILE: &str = "run.json";

/// The name of the file in which a run goes on until that one is written.
pub(crate) const JOURNAL_FILE: &str = "journal.jsonl";

/// The run as the bytes of a `run.json`: one line for each field, and one for each series, target and notice.
pub fn to_json(run: &Run) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Lines::default());
    run.serialize(&mut serializer)
        .expect("a run has only text keys, and a vector takes any bytes");
    bytes.push(b'\n');
    bytes
}

/// Breaks lines down to the second level and nowhere below.
#[derive(Default)]
struct Lines {
    depth: usize,
}

impl Lines {
    fn open(&mut self) {
        self.depth += 1;
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.depth == 0 {
            writer.write_all(b"\n")
        } else {
            Ok(())
        }
    }

    fn item<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
        levels: usize,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= levels {
            write!(writer, "\n{:width$}", "", width = self.depth)
        } else {
            Ok(())
        }
    }
}

impl Formatter for Lines {
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open();
        CompactFormatter.begin_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(writer, first, 1)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer)?;
        CompactFormatter.end_object(writer)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open();
        CompactFormatter.begin_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(writer, first, 2)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer)?;
        CompactFormatter.end_array(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::small_run;

    #[test]
    fn a_run_has_a_line_for_each_field_and_each_series() {
        let run = small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>());
        let text = String::from_utf8(to_json(&run)).expect("UTF-8");
        assert!(
            text.starts_with("{\n \"schema_version\":1,\n \"run_id\":\"20261122-"),
            "{text}"
        );
        assert_eq!(
            text.lines()
                .filter(|line| line.starts_with("  {\"target\":"))
                .count(),
            run.measured.series.len()
        );
        assert!(text.ends_with("\n}\n"), "{text}");
    }

    #[test]
    fn the_same_run_gives_the_same_bytes_after_reading_it_back() {
        let run = small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>());
        let bytes = to_json(&run);
        let read: Run = serde_json::from_slice(&bytes).expect("read");
        assert_eq!(read, run);
        assert_eq!(to_json(&read), bytes);
    }
}
