//! What a picture is to be, as typed.

use clap::{Args, ValueEnum};

use crate::cli::options::values::{connection, operation, whole};
use crate::plan::{ConnectionMode, Level};
use crate::report::ScreenStatistic;
use crate::report::chart::{
    Appearance, Background, ChartKind, ChartLook, ChartSelection, ChartSpec, ChartWording,
    EndpointPattern, TextMode, Theme, undrawable,
};
use crate::report::words::language::Language;
use sts_model::{Operation, nearest};

/// What a picture is to be.
#[derive(Debug, Args)]
pub(crate) struct ChartOptions {
    /// What is drawn.
    #[arg(
        long,
        short,
        value_name = "KIND",
        value_parser = kind,
        help = std::format!("What is drawn: {}", ChartKind::names())
    )]
    pub(crate) kind: ChartKind,
    /// The operation, by its name [default: that of the report's headline]
    #[arg(long, value_name = "NAME", value_parser = operation, help_heading = "Selection")]
    operation: Option<Operation>,
    /// One kind of connection instead of all that were measured
    #[arg(long, value_name = "KIND", value_parser = connection, help_heading = "Selection")]
    connection: Option<ConnectionMode>,
    /// Endpoints of the run, with commas between them; * stands for any letters, as in eu-*
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = pattern, help_heading = "Selection")]
    endpoints: Vec<EndpointPattern>,
    /// Draws that many of the fastest endpoints and folds the others into a line [default: what fits]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(1..=200_usize), help_heading = "Selection")]
    top: Option<usize>,
    /// The percentile of the times that is drawn: 50, 90, 95, 99, 99.9 [default: 50]
    #[arg(long, value_name = "PERCENTILE", allow_hyphen_values = true, value_parser = level, help_heading = "Selection")]
    percentile: Option<Level>,
    /// Width in pixels [default: 800, or what the chart needs]
    #[arg(long, value_name = "PX", allow_hyphen_values = true, value_parser = whole(320..=4000_u32), help_heading = "Look")]
    width: Option<u32>,
    /// Height in pixels [default: what the chart needs]
    #[arg(long, value_name = "PX", allow_hyphen_values = true, value_parser = whole(160..=4000_u32), help_heading = "Look")]
    height: Option<u32>,
    /// Pixels of a PNG for each pixel of the picture's width: 1 to 4 [default: 2]
    #[arg(long, value_name = "FACTOR", allow_hyphen_values = true, value_parser = scale, help_heading = "Look")]
    pub(crate) scale: Option<f64>,
    /// Colours: for a light page, a dark one, or paper
    #[arg(long, value_name = "THEME", value_enum, default_value_t = ThemeName::Light, help_heading = "Look")]
    theme: ThemeName,
    /// What is behind the picture: none for a transparent one, or a colour such as #FFFFF0 [default: that of the theme]
    #[arg(long, value_name = "COLOUR", value_parser = background, help_heading = "Look")]
    background: Option<Background>,
    /// Letters of an SVG: live ones can be searched and edited, outlines look the same everywhere [default: live]
    #[arg(long, value_name = "MODE", value_enum, help_heading = "Look")]
    pub(crate) text: Option<TextName>,
    /// Title instead of the finding
    #[arg(long, value_name = "TEXT", value_parser = drawn_words, help_heading = "Words")]
    title: Option<String>,
    /// A line below the picture
    #[arg(long, value_name = "TEXT", value_parser = drawn_words, help_heading = "Words")]
    caption: Option<String>,
    /// Text for who cannot see the picture [default: the finding and the numbers]
    #[arg(long, value_name = "TEXT", value_parser = words, help_heading = "Words")]
    pub(crate) alt: Option<String>,
    /// Language of numbers and fixed words: en, de, fr, es [default: en]
    #[arg(long, value_name = "CODE", value_parser = language, help_heading = "Words")]
    language: Option<Language>,
}

impl ChartOptions {
    /// What was asked for.
    pub(crate) fn spec(&self) -> ChartSpec {
        let usual = ChartSpec::default().look;
        ChartSpec {
            look: ChartLook {
                appearance: Appearance {
                    theme: self.theme.into(),
                    background: self.background.unwrap_or_default(),
                },
                width: self.width.map_or(usual.width, f64::from),
                widens: self.width.is_none(),
                height: self.height.map(f64::from),
                text: self.text.map_or(usual.text, TextMode::from),
            },
            selection: ChartSelection {
                operation: self.operation,
                connection: self.connection,
                endpoints: self.endpoints.clone(),
                top: self.top,
                percentile: self.percentile,
            },
            wording: ChartWording {
                title: self.title.clone(),
                caption: self.caption.clone(),
                alt: self.alt.clone(),
                language: self.language.unwrap_or_default(),
            },
        }
    }
}

/// [`Theme`] as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ThemeName {
    /// On white.
    Light,
    /// On GitHub's dark background.
    Dark,
    /// On paper, also in grey.
    Print,
}

impl From<ThemeName> for Theme {
    fn from(name: ThemeName) -> Self {
        match name {
            ThemeName::Light => Self::Light,
            ThemeName::Dark => Self::Dark,
            ThemeName::Print => Self::Print,
        }
    }
}

/// [`TextMode`] as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextName {
    /// Letters as letters.
    Live,
    /// Letters as paths.
    Outline,
}

impl From<TextName> for TextMode {
    fn from(name: TextName) -> Self {
        match name {
            TextName::Live => Self::Live,
            TextName::Outline => Self::Outline,
        }
    }
}

fn kind(text: &str) -> Result<ChartKind, String> {
    text.parse().map_err(|error| format!("{error}"))
}

fn language(text: &str) -> Result<Language, String> {
    text.parse().map_err(|error| format!("{error}"))
}

fn pattern(text: &str) -> Result<EndpointPattern, String> {
    text.parse().map_err(|error| format!("{error}"))
}

fn level(text: &str) -> Result<Level, String> {
    let known = || Level::ALL.map(|level| level.to_string().replace('p', ""));
    match text.parse() {
        Ok(ScreenStatistic::Percentile(level)) => Ok(level),
        _ => Err(format!("allowed: {}", known().join(", "))),
    }
}

fn scale(text: &str) -> Result<f64, String> {
    let factor: Option<f64> = text.parse().ok();
    factor
        .filter(|factor| (1.0..=4.0).contains(factor))
        .ok_or_else(|| "allowed: a number from 1 to 4".to_owned())
}

fn background(text: &str) -> Result<Background, String> {
    let word = text.trim();
    match word {
        "none" => Ok(Background::None),
        _ if nearest(word, ["none", "transparent"]).is_some() => {
            Err("did you mean none? allowed: none, or a colour such as #FFFFF0".to_owned())
        }
        _ => word
            .parse()
            .map(Background::Colour)
            .map_err(|error| format!("{error}")),
    }
}

/// Words that a picture can hold.
fn words(text: &str) -> Result<String, String> {
    let letters = text.chars().count();
    let fits = (1..=MOST_LETTERS).contains(&letters) && !text.chars().any(char::is_control);
    if fits && !text.trim().is_empty() {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "allowed: 1 to {MOST_LETTERS} characters, none of them a control character"
        ))
    }
}

/// Words that are drawn.
fn drawn_words(text: &str) -> Result<String, String> {
    let words = words(text)?;
    match undrawable(&words) {
        None => Ok(words),
        Some(letter) => Err(format!(
            "the fonts of pictures have no {letter:?}; they have the letters of Western languages"
        )),
    }
}

/// Most letters of a title, a caption or an alternative text.
const MOST_LETTERS: usize = 500;

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    #[test]
    fn the_background_that_the_help_names_can_be_used() {
        let command = ChartOptions::augment_args(clap::Command::new("chart"));
        let mut options = command.get_arguments();
        let option = options.find(|option| option.get_long() == Some("background"));
        let help = option.and_then(clap::Arg::get_help).expect("has help");
        let help = help.to_string();
        let example = help.split_whitespace().find(|word| word.starts_with('#'));
        let appearance = Appearance {
            theme: Theme::Light,
            background: background(example.expect("an example")).expect("is a colour"),
        };
        assert!(appearance.is_legible(), "{example:?}");
    }
}
