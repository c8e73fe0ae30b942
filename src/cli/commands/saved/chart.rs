//! `stsbench chart`: one picture of saved runs, exactly as asked for.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::ValueEnum;

use crate::judge;
use crate::report::chart::{
    RunShown, RunsShown, over_time, over_time_as_vega_lite, raster, side_by_side,
    side_by_side_as_vega_lite,
};
use crate::report::words::side_by_side::matrix::notices;
use crate::results::{self, OutputFile};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::warn;
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::pictures::chart::ChartOptions;
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions};
use crate::cli::options::values::NonEmptyPath;
use crate::cli::stores::{RunsRead, Sources};

use super::history::trend_of;
use super::places::{self, OfPlace, places};

/// `stsbench chart`.
#[derive(Debug, clap::Args)]
pub(crate) struct ChartCommand {
    /// Saved runs: a run.json, the directory that holds it, or a bundle; for a trend or a matrix also a directory with runs
    /// below it, or a store (a directory or s3://BUCKET/PREFIX)
    #[arg(required = true, value_name = "RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    /// The file; its extension gives the type: .png, .svg or .vl.json. - is stdout, which needs --format
    #[arg(long, short, value_name = "FILE", value_parser = NonEmptyPath)]
    out: PathBuf,
    /// The type of the file, if its name does not give it
    #[arg(long, short, value_name = "TYPE", value_enum)]
    format: Option<FileType>,
    #[command(flatten)]
    chart: ChartOptions,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    access: StoreAccessOptions,
}

/// The type of a picture's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileType {
    /// Pixels.
    Png,
    /// Shapes.
    Svg,
    /// Data with a grammar, version 5, from which other programs draw: .vl.json.
    VegaLite,
}

impl FileType {
    fn as_str(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::VegaLite => "vega-lite",
        }
    }
}

/// Draws the picture and writes it.
pub(crate) fn chart(options: &ChartCommand) -> Result<Exit, CommandError> {
    let file_type = file_type(&options.out, options.format).or_exit(Exit::Usage)?;
    refuse_without_effect(file_type, &options.chart).or_exit(Exit::Usage)?;
    let drawn = drawn(options, file_type)?;
    let bytes = match file_type {
        FileType::Svg | FileType::VegaLite => drawn.into_bytes(),
        FileType::Png => {
            let scale = options.chart.scale.unwrap_or(raster::SCALE);
            raster::png(&drawn, scale).or_exit(Exit::Usage)?
        }
    };
    if options.out == Path::new(STDOUT) {
        return print(&bytes);
    }
    let file = OutputFile::prepare(&options.out).or_exit(Exit::NotWritten)?;
    file.write(&bytes).or_exit(Exit::NotWritten)?;
    Ok(Exit::Success)
}

/// The picture as SVG, or as Vega-Lite where that is asked for.
fn drawn(options: &ChartCommand, file_type: FileType) -> Result<String, CommandError> {
    let (kind, spec) = (options.chart.kind, options.chart.spec());
    let sources = Sources {
        paths: &options.runs,
        access: &options.access,
        selection: &options.selection,
    };
    if matches!(kind.runs, RunsShown::One | RunsShown::Two) {
        sources.refuse_selection()?;
    }
    let is_vega_lite = file_type == FileType::VegaLite;
    let drawn = match kind.runs {
        RunsShown::OverTime => {
            let (trend, left_out) = trend_of(sources)?;
            left_out.iter().for_each(|why| warn(why));
            if is_vega_lite {
                over_time_as_vega_lite(kind, &trend, &spec)
            } else {
                over_time(kind, &trend, &spec)
            }
        }
        RunsShown::Places => {
            let mut places = places(sources, RunsRead::Latest(1))?;
            let group = (spec.selection.operation, spec.selection.connection);
            let matrix = places::side_by_side(sources, &mut places, OfPlace::Latest, group)?;
            notices(&matrix).iter().for_each(|notice| warn(notice));
            if is_vega_lite {
                side_by_side_as_vega_lite(kind, &matrix, &spec)
            } else {
                side_by_side(kind, &matrix, &spec)
            }
        }
        RunsShown::One | RunsShown::Two => {
            let mut read = Vec::new();
            for path in &options.runs {
                let run = results::read(path).or_exit(Exit::Usage)?;
                let summary = judge::summarise(&run);
                read.push((run, summary));
            }
            let shown = read.iter().map(|(run, summary)| RunShown { run, summary });
            let shown: Vec<RunShown<'_>> = shown.collect();
            if is_vega_lite {
                kind.vega_lite(&shown, &spec)
            } else {
                kind.svg(&shown, &spec)
            }
        }
    };
    drawn.map_err(|error| {
        let exit = if error.is_no_data() {
            Exit::Invalid
        } else {
            Exit::Usage
        };
        CommandError::new(exit, error)
    })
}

/// Stands for standard output.
const STDOUT: &str = "-";

/// The type that the name and `--format` agree on.
fn file_type(path: &Path, format: Option<FileType>) -> anyhow::Result<FileType> {
    if path == Path::new(STDOUT) {
        return format.ok_or_else(|| anyhow!("--out - needs --format png, svg or vega-lite"));
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy());
    let named = match ending.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("png") => Some(FileType::Png),
        Some("svg") => Some(FileType::Svg),
        Some("json") if is_vega_lite(path) || format == Some(FileType::VegaLite) => {
            Some(FileType::VegaLite)
        }
        Some(other) => {
            bail!("--out: no picture is of type .{other}; allowed: .png, .svg, .vl.json")
        }
        None => None,
    };
    match (named, format) {
        (Some(named), Some(format)) if named != format => bail!(
            "--out names a {} file, and --format says {}",
            named.as_str(),
            format.as_str()
        ),
        (named, format) => named.or(format).ok_or_else(|| {
            anyhow!(
                "--out: the name does not say its type; end it in .png, .svg or .vl.json, or give --format"
            )
        }),
    }
}

/// Whether the file is called as Vega-Lite documents are.
fn is_vega_lite(path: &Path) -> bool {
    let stem = path.file_stem().map(Path::new).and_then(Path::extension);
    stem.is_some_and(|ending| ending.eq_ignore_ascii_case("vl"))
}

/// Refuses options that do nothing to a file of that type.
fn refuse_without_effect(file_type: FileType, options: &ChartOptions) -> anyhow::Result<()> {
    match file_type {
        FileType::Svg if options.scale.is_some() => {
            bail!("--scale has no effect on an SVG, which has no pixels; give --width")
        }
        FileType::VegaLite if options.scale.is_some() => {
            bail!("--scale has no effect on Vega-Lite, which has no pixels; give --width")
        }
        FileType::VegaLite if options.text.is_some() => {
            bail!("--text has no effect on Vega-Lite, whose letters its reader draws")
        }
        FileType::Png if options.text.is_some() => {
            bail!("--text has no effect on a PNG, whose letters are pixels")
        }
        FileType::Png if options.alt.is_some() => {
            bail!("--alt has no effect on a PNG, which has no words; give them where it is shown")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn the_type_of_a_file_is_what_its_name_and_the_option_agree_on() {
        let of = |name: &str, format| {
            file_type(Path::new(name), format)
                .map(FileType::as_str)
                .map_err(|error| error.to_string())
        };
        assert_eq!(of("a/b.png", None), Ok("png"));
        assert_eq!(of("b.SVG", Some(FileType::Svg)), Ok("svg"));
        assert_eq!(of("plain", Some(FileType::Png)), Ok("png"));
        assert_eq!(of("-", Some(FileType::Svg)), Ok("svg"));
        assert_eq!(of("a.vl.json", None), Ok("vega-lite"));
        assert_eq!(of("a.json", Some(FileType::VegaLite)), Ok("vega-lite"));
        for (name, format, says) in [
            ("-", None, "needs --format"),
            ("plain", None, "does not say its type"),
            (
                "run.json",
                Some(FileType::Png),
                "no picture is of type .json",
            ),
            ("a.png", Some(FileType::Svg), "--format says svg"),
        ] {
            let error = of(name, format).expect_err(name);
            assert!(error.contains(says), "{error}");
        }
    }

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        command: ChartCommand,
    }

    #[test]
    fn an_option_that_does_nothing_to_that_type_of_file_is_refused() {
        for (file, option, refused) in [
            ("a.png", "--alt=words", true),
            ("a.svg", "--alt=words", false),
            ("a.vl.json", "--alt=words", false),
            ("a.png", "--text=outline", true),
            ("a.vl.json", "--text=outline", true),
            ("a.svg", "--scale=2", true),
            ("a.png", "--scale=2", false),
        ] {
            let line = [
                "chart",
                "run.json",
                "--kind=endpoints",
                "--out",
                file,
                option,
            ];
            let options = Line::try_parse_from(line).expect("parses").command;
            let of = file_type(&options.out, options.format).expect("has a type");
            let found = refuse_without_effect(of, &options.chart);
            assert_eq!(found.is_err(), refused, "{file} {option}");
        }
    }
}
