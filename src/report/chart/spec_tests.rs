//! What was asked of a picture is what it becomes: sizes, words, themes, and options that a kind does not have.

use super::drawing::theme::Colour;
use super::scene_tests::{picture, played};
use super::spec::ChartOption;
use super::*;
use crate::plan::{ConnectionMode, Level};
use crate::report::words::language::Language;
use sts_model::Operation;

const KINDS: [&str; 4] = ["endpoints", "percentiles", "phases", "timeline"];

/// A text of a picture: what it says, and its box in px: left, top, right, bottom.
struct Text {
    says: String,
    sides: [f64; 4],
}

/// Every text of the picture, widened by that factor as another font would.
fn texts(svg: &str, wider: f64) -> Vec<Text> {
    let attribute = |element: &str, name: &str| -> Option<f64> {
        let (_, rest) = element.split_once(&format!(" {name}=\""))?;
        rest.split('"').next()?.parse().ok()
    };
    svg.split("<text")
        .skip(1)
        .map(|element| {
            let (head, rest) = element.split_once('>').expect("is an element");
            let of = |name| attribute(head, name).expect(name);
            let (x, y, size) = (of("x"), of("y"), of("font-size"));
            let width = of("textLength") * wider;
            let left = if head.contains("\"end\"") {
                x - width
            } else if head.contains("\"middle\"") {
                x - width / 2.0
            } else {
                x
            };
            Text {
                says: rest.split("</text>").next().unwrap_or_default().to_owned(),
                sides: [left, y - 0.7 * size, left + width, y],
            }
        })
        .collect()
}

fn overlap(a: &Text, b: &Text) -> bool {
    let apart =
        |i: usize, j: usize| a.sides[j] - 0.5 <= b.sides[i] || b.sides[j] - 0.5 <= a.sides[i];
    !apart(0, 2) && !apart(1, 3)
}

fn size(svg: &str) -> (f64, f64) {
    let of = |name: &str| {
        let (_, rest) = svg.split_once(&format!(" {name}=\"")).expect("says");
        let number = rest.split('"').next().expect("ends");
        number.parse::<f64>().expect("is a number")
    };
    (of("width"), of("height"))
}

/// That no text leaves the picture or covers another.
pub(super) fn assert_legible(name: &str, svg: &str) {
    let (width, height) = size(svg);
    let texts = texts(svg, 1.0);
    for (i, text) in texts.iter().enumerate() {
        let [left, top, right, bottom] = text.sides;
        let inside = left >= 0.0 && top >= 0.0 && right <= width && bottom <= height;
        assert!(inside, "{name}: {:?} at {:?}", text.says, text.sides);
        if let Some(other) = texts[i + 1..].iter().find(|other| overlap(text, other)) {
            panic!("{name}: {:?} and {:?}", text.says, other.says);
        }
    }
}

#[test]
fn labels_of_an_axis_are_short_and_whole_however_high_a_picture_is() {
    let run = played("global,eu-central-1", 24);
    for kind in ["percentiles", "timeline", "difference", "ecdf"] {
        for (height, width) in [
            (700.0, 480.0),
            (900.0, 800.0),
            (2000.0, 800.0),
            (4000.0, 640.0),
        ] {
            let mut spec = ChartSpec::default();
            (spec.look.width, spec.look.height) = (width, Some(height));
            let svg = picture(kind, &run, &spec).expect("draws");
            let name = format!("{kind} {width} × {height}");
            assert_legible(&name, &svg);
            for text in texts(&svg, 1.0) {
                let decimals = text.says.split('.').skip(1);
                let digits = decimals.map(|it| it.chars().take_while(char::is_ascii_digit).count());
                assert!(digits.max() <= Some(6), "{name}: {:?}", text.says);
            }
        }
    }
}

#[test]
fn a_narrow_picture_of_percentiles_has_every_time_or_says_how_wide_it_has_to_be() {
    let run = played("global,default", 36);
    let mut refused = 0;
    for width in (320..=800).step_by(20) {
        let mut spec = ChartSpec::default();
        (spec.look.width, spec.look.widens) = (f64::from(width), false);
        match picture("percentiles", &run, &spec) {
            Ok(svg) => assert!(!svg.contains('…'), "{width}"),
            Err(ChartError::TooNarrow { least, .. }) => {
                refused += 1;
                spec.look.width = f64::from(least);
                assert!(picture("percentiles", &run, &spec).is_ok(), "{width}");
            }
            Err(error) => panic!("{width}: {error}"),
        }
    }
    assert!((1..5).contains(&refused), "{refused}");
}

#[test]
fn no_text_covers_another_or_leaves_the_picture() {
    let runs = [
        played("global", 6),
        played("global,eu-central-1", 24),
        played("global,default,opt-in", 12),
    ];
    for run in &runs {
        for kind in KINDS {
            for (width, language) in [
                (800.0, Language::English),
                (560.0, Language::German),
                (1400.0, Language::French),
                (800.0, Language::Spanish),
            ] {
                let mut spec = ChartSpec::default();
                spec.look.width = width;
                spec.wording.language = language;
                let svg = picture(kind, run, &spec).expect("draws");
                assert_legible(&format!("{kind} {width} {language:?}"), &svg);
            }
        }
    }
}

#[test]
fn every_text_is_at_least_12_px_high_and_carries_its_length() {
    let run = played("global,default", 24);
    for kind in KINDS {
        let svg = picture(kind, &run, &ChartSpec::default()).expect("draws");
        let texts = svg.matches("<text").count();
        assert!(
            texts > 20 && texts == svg.matches("textLength").count(),
            "{kind}"
        );
        for size in svg.split("font-size=\"").skip(1) {
            let size: f64 = size
                .split('"')
                .next()
                .expect("ends")
                .parse()
                .expect("number");
            assert!(size >= 12.0, "{kind} {size}");
        }
    }
}

#[test]
fn every_kind_refuses_the_options_that_it_does_not_have() {
    let run = played("global,eu-central-1,eu-west-1", 96);
    let given = |option: ChartOption| {
        let mut spec = ChartSpec::default();
        let selection = &mut spec.selection;
        match option {
            ChartOption::Height => spec.look.height = Some(900.0),
            ChartOption::Operation => selection.operation = Some(Operation::GetCallerIdentity),
            ChartOption::Connection => selection.connection = Some(ConnectionMode::Warm),
            ChartOption::Endpoints => selection.endpoints = vec!["eu-*".parse().expect("fits")],
            ChartOption::Top => selection.top = Some(1),
            ChartOption::Percentile => selection.percentile = Some(Level::P90),
        }
        spec
    };
    let options = [
        ChartOption::Height,
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
        ChartOption::Top,
        ChartOption::Percentile,
    ];
    for name in KINDS {
        let kind: ChartKind = name.parse().expect("is a kind");
        let usual = picture(name, &run, &ChartSpec::default()).expect("draws");
        for option in options {
            let drawn = picture(name, &run, &given(option));
            if kind.options.contains(&option) {
                let same = drawn.expect("draws") == usual;
                assert_eq!(same, option == ChartOption::Operation, "{name} {option}");
            } else {
                assert_eq!(drawn, Err(ChartError::NoEffect { kind, option }));
            }
        }
    }
}

#[test]
fn what_names_nothing_of_the_run_gets_the_nearest_name() {
    let run = played("global,eu-central-1", 12);
    let mut spec = ChartSpec::default();
    spec.selection.endpoints = vec!["eu-centra-1".parse().expect("a pattern")];
    let error = picture("endpoints", &run, &spec).expect_err("unknown");
    let text = error.to_string();
    assert!(
        text.contains("--endpoints \"eu-centra-1\"") && text.contains("did you mean eu-central-1?"),
        "{text}"
    );
    let mut spec = ChartSpec::default();
    spec.selection.operation = Some(Operation::AssumeRole);
    let text = picture("phases", &run, &spec)
        .expect_err("not called")
        .to_string();
    assert!(
        text.contains("--operation \"assume-role\"") && text.contains("it has get-caller-identity"),
        "{text}"
    );
    spec.selection = ChartSelection::default();
    spec.look.height = Some(160.0);
    let text = picture("timeline", &run, &spec)
        .expect_err("too low")
        .to_string();
    assert!(text.starts_with("--height 160 is too low"), "{text}");
}

#[test]
fn a_picture_has_the_size_that_was_asked_for() {
    let run = played("global,eu-central-1,eu-west-1", 24);
    for kind in KINDS {
        let mut spec = ChartSpec::default();
        (spec.look.width, spec.look.height) = (1000.0, Some(900.0));
        let svg = picture(kind, &run, &spec).expect("draws");
        assert_eq!(size(&svg), (1000.0, 900.0), "{kind}");
    }
}

#[test]
fn words_and_numbers_are_those_of_the_language() {
    let run = played("global,eu-central-1,eu-west-1", 96);
    let drawn = |language| {
        let mut spec = ChartSpec::default();
        spec.wording.language = language;
        picture("endpoints", &run, &spec).expect("draws")
    };
    let german = drawn(Language::German);
    for words in [
        "neue Verbindung",
        "schneller als global",
        "SIMULIERT",
        "globaler Endpunkt",
    ] {
        assert!(german.contains(words), "{words}");
    }
    let numbers = |svg: &str, mark: char| {
        let times = texts(svg, 1.0);
        times
            .iter()
            .any(|text| text.says.ends_with(" ms") && text.says.contains(mark))
    };
    assert!(numbers(&german, ',') && !numbers(&german, '.'));
    assert!(numbers(&drawn(Language::English), '.'));
    assert!(drawn(Language::French).contains("nouvelle connexion"));
    assert!(drawn(Language::Spanish).contains("conexión nueva"));
}

#[test]
fn own_words_stand_in_the_picture_and_in_its_text_alternative() {
    let run = played("global,eu-central-1", 12);
    let spec = ChartSpec {
        wording: ChartWording {
            title: Some("Our <own> title".to_owned()),
            caption: Some("Figure 1".to_owned()),
            alt: Some("A \"picture\"".to_owned()),
            language: Language::English,
        },
        ..ChartSpec::default()
    };
    let svg = picture("endpoints", &run, &spec).expect("draws");
    for part in [
        "<title>Our &lt;own&gt; title</title>",
        ">Figure 1</text>",
        "<desc>A &quot;picture&quot;</desc>",
    ] {
        assert!(svg.contains(part), "{part}");
    }
}

#[test]
fn a_background_is_left_out_or_coloured_and_one_that_hides_the_words_is_refused() {
    let run = played("global,eu-central-1", 12);
    let drawn = |background| {
        let mut spec = ChartSpec::default();
        spec.look.appearance.background = background;
        picture("endpoints", &run, &spec)
    };
    let transparent = drawn(Background::None).expect("draws");
    let pixels = raster::png(&transparent, 1.0).expect("draws");
    assert!(pixels.windows(4).any(|chunk| chunk == b"tRNS"));
    let cream = drawn(Background::Colour(Colour(0xFF, 0xFD, 0xF5))).expect("draws");
    assert!(cream.contains("fill=\"#FFFDF5\""));
    let hidden = drawn(Background::Colour(Colour(0x40, 0x40, 0x40)));
    assert_eq!(hidden, Err(ChartError::Background("light")));
}

#[test]
fn letters_as_outlines_need_no_font() {
    let run = played("global,eu-central-1", 12);
    let mut spec = ChartSpec::default();
    spec.look.text = TextMode::Outline;
    for kind in KINDS {
        let svg = picture(kind, &run, &spec).expect("draws");
        assert!(
            !svg.contains("<text") && svg.contains("aria-label=\"global"),
            "{kind}"
        );
    }
}

#[test]
fn a_png_of_the_default_size_stays_below_80_kilobytes() {
    let run = played("global,default", 36);
    let others = ["ecdf", "difference", "savings"];
    for kind in KINDS.into_iter().chain(others) {
        for language in Language::ALL {
            let mut spec = ChartSpec::default();
            spec.wording.language = language;
            let svg = picture(kind, &run, &spec).expect("draws");
            let bytes = raster::png(&svg, raster::SCALE).expect("draws").len();
            assert!(bytes <= 80_000, "{kind} {language:?}: {bytes}");
        }
    }
}

#[test]
fn far_endpoints_are_folded_into_a_line_and_top_says_how_many_are_not() {
    let run = played("global,default", 24);
    let drawn = |top| {
        let mut spec = ChartSpec::default();
        spec.selection.top = top;
        picture("endpoints", &run, &spec).expect("draws")
    };
    assert!(drawn(None).contains("Not shown: 7 slower endpoints, "));
    assert!(drawn(Some(16)).contains("Not shown: 1 slower endpoint, "));
    assert!(!drawn(Some(17)).contains("Not shown"));
    assert_eq!(
        drawn(Some(2)).matches("<g id=\"row-").count(),
        3,
        "and global"
    );
}

#[test]
fn a_percentile_that_needs_more_answers_says_so_and_not_that_no_call_succeeded() {
    let mut spec = ChartSpec::default();
    spec.selection.percentile = Some(Level::P99);
    let error = picture("endpoints", &played("global,eu-west-1", 40), &spec);
    let error = error.expect_err("too few answers");
    assert!(
        matches!(error, ChartError::TooFewAnswers { most: 1..=40, .. }),
        "{error:?}"
    );
    let says = error.to_string();
    assert!(says.contains(": p99 needs 368 answers, and no endpoint has more than "));
}

#[test]
fn a_chart_that_a_report_does_not_have_is_missing_with_its_reason_once() {
    let (run, summary) = played("global,eu-west-1", 24);
    let shown = RunShown {
        run: &run,
        summary: &summary,
    };
    let kinds = ["timeline", "windows"].map(|name| name.parse().expect("is a kind"));
    let pictures = draw(shown, &kinds, OperationsShown::All);
    assert_eq!(pictures.drawn.len(), 2, "light and dark");
    let reasons = pictures.missing.iter().map(ChartError::to_string);
    let reasons: Vec<String> = reasons.collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].starts_with("no windows chart: the run has one window"));
}

#[test]
fn the_times_beside_curves_are_of_a_percentile_that_is_named() {
    let played = played("global,default", 96);
    let mut spec = ChartSpec::default();
    spec.selection.top = Some(12);
    let svg = picture("percentiles", &played, &spec).expect("draws");
    assert!(svg.contains(" of 18 endpoints"), "{svg}");
    let levels = texts(&svg, 1.0);
    let levels = levels.iter().filter(|text| text.says.starts_with("p9"));
    assert_eq!(levels.count(), 2, "one above each panel's names: {svg}");
}

#[test]
fn curves_are_spoken_of_in_the_language_of_the_picture() {
    let played = played("global,eu-west-1", 24);
    let mut spec = ChartSpec::default();
    spec.wording.language = Language::German;
    for (kind, name) in [("ecdf", "global"), ("difference", "eu-west-1")] {
        let svg = picture(kind, &played, &spec).expect("draws");
        let title = format!("<title>{name}, neue Verbindung</title>");
        assert!(svg.contains(&title), "{kind}: {svg}");
    }
}
