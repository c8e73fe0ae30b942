//! No picture in another language has English words: every kind is drawn in every language, and what it says is held
//! against the words of the English catalogues.

use std::collections::BTreeSet;

use super::drawing::fonts::Weight;
use super::kinds_tests::{trend, windows};
use super::scene_tests::Scene;
use super::*;
use crate::judge::{Check, CheckVerdict, RunChange, Setting, Summary, Trend, VantageChange};
use crate::matrix::Matrix;
use crate::matrix::matrix_tests::{of as matrix_of, run_from};
use crate::plan::ConnectionMode;
use crate::report::words::language::Language;
use crate::results::Run;
use sts_model::Operation;

/// The sources of the words of pictures in every language, and of sentences that are in English only.
const CATALOGUES: [(Language, &[&str]); 4] = [
    (
        Language::English,
        &[
            include_str!("../words/chart/english.rs"),
            include_str!("../words/side_by_side/trend.rs"),
            include_str!("../words/side_by_side/matrix.rs"),
            include_str!("../words/side_by_side/comparisons.rs"),
            include_str!("../words/names.rs"),
        ],
    ),
    (
        Language::German,
        &[include_str!("../words/chart/german.rs")],
    ),
    (
        Language::French,
        &[include_str!("../words/chart/french.rs")],
    ),
    (
        Language::Spanish,
        &[include_str!("../words/chart/spanish.rs")],
    ),
];

/// The sources that have a constant for each language.
const KINDS: &[&str] = &[
    include_str!("../words/chart/kinds/compare.rs"),
    include_str!("../words/chart/kinds/difference.rs"),
    include_str!("../words/chart/kinds/ecdf.rs"),
    include_str!("../words/chart/kinds/matrix.rs"),
    include_str!("../words/chart/kinds/over_time.rs"),
    include_str!("../words/chart/kinds/savings.rs"),
];

/// The fixed words of a language: texts of its catalogues between what is filled in, of four letters or more.
fn fixed_words(language: Language) -> BTreeSet<String> {
    let name = format!("{language:?}").to_uppercase();
    let of_kinds = KINDS.iter().map(|source| {
        let own = source.split(&format!("const {name}:")).nth(1);
        own.expect("has a constant")
            .split("};")
            .next()
            .expect("ends")
    });
    let known = CATALOGUES.iter().find(|(known, _)| *known == language);
    let own = known.expect("is a language").1.iter().copied();
    let literals = own.chain(of_kinds).flat_map(|source| {
        let code = source.lines().filter(|line| {
            let line = line.trim_start();
            !line.starts_with("//") && !line.starts_with("use ")
        });
        let code: Vec<&str> = code.collect();
        let code = code.join("\n");
        let parts = code.split('"').skip(1).step_by(2).map(str::to_owned);
        parts.collect::<Vec<String>>()
    });
    let pieces = literals.flat_map(|text| {
        let mut pieces = Vec::new();
        for piece in text.split('{') {
            let piece = piece.rsplit('}').next().unwrap_or_default();
            let piece = piece.trim_matches(|letter: char| !letter.is_alphanumeric());
            pieces.push(piece.to_owned());
        }
        pieces
    });
    pieces
        .filter(|piece| piece != "stsbench")
        .filter(|piece| {
            piece
                .chars()
                .filter(|letter| letter.is_alphabetic())
                .count()
                >= 4
        })
        .collect()
}

/// Whether `text` has these words as whole words.
fn says(text: &str, words: &str) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(words).any(|(at, found)| {
        !is_word(text[..at].chars().next_back())
            && !is_word(text[at + found.len()..].chars().next())
    })
}

/// What a picture says: its title, its description and every text in it.
fn said(svg: &str) -> Vec<String> {
    let inside = |line: &str| {
        let rest = line.split_once('>')?.1;
        Some(rest.split('<').next()?.to_owned())
    };
    let lines = svg.lines().filter(|line| {
        let names = ["<title>", "<desc>", "<text"];
        names.iter().any(|name| line.starts_with(name))
    });
    lines.filter_map(inside).collect()
}

/// Runs that together have everything that changes the words of a picture.
struct Scenes {
    sound: (Run, Summary),
    /// With a check that forbids its numbers.
    forbidden: (Run, Summary),
    /// On another day.
    later: (Run, Summary),
    over_time: Vec<Trend>,
    places: Vec<Matrix>,
}

fn scenes() -> Scenes {
    let scene = Scene {
        silent: &["sa-east-1"],
        rounds: 96,
        ..Scene::default()
    };
    let mut sound = scene.play();
    windows(&mut sound.0);
    let mut forbidden = sound.clone();
    let check = Check::new("clock-jump", CheckVerdict::Invalid, String::new());
    forbidden.1.checks.push(check);
    forbidden.0.header.vantage.simulation = None;
    let mut later = Scene {
        rounds: 48,
        ..scene
    }
    .play();
    later.0.header.run_id = "20261123-093000-0badcaff".to_owned();
    later.0.header.started_at = "2026-11-23T09:30:00Z".to_owned();
    Scenes {
        sound,
        forbidden,
        later,
        over_time: over_every_time(),
        places: beside_each_other(),
    }
}

/// Every picture of that kind.
fn pictures(scenes: &Scenes, kind: ChartKind, language: Language) -> Vec<String> {
    let mut spec = ChartSpec::default();
    spec.wording.language = language;
    let of = |scenes: &[&(Run, Summary)]| {
        let shown = scenes
            .iter()
            .map(|(run, summary)| RunShown { run, summary });
        kind.svg(&shown.collect::<Vec<_>>(), &spec)
    };
    let drawn: Vec<_> = match kind.runs {
        RunsShown::One => vec![of(&[&scenes.sound]), of(&[&scenes.forbidden])],
        RunsShown::Two => vec![of(&[&scenes.sound, &scenes.later])],
        RunsShown::OverTime => {
            let trends = scenes.over_time.iter();
            trends.map(|trend| over_time(kind, trend, &spec)).collect()
        }
        RunsShown::Places => {
            let places = scenes.places.iter();
            places
                .map(|matrix| side_by_side(kind, matrix, &spec))
                .collect()
        }
    };
    drawn.into_iter().map(|svg| svg.expect("draws")).collect()
}

/// Few runs, and many in which something changed and one is slower.
fn over_every_time() -> Vec<Trend> {
    let few = trend(&["global", "eu-central-1"], 2);
    let names: Vec<String> = (0..20).map(|number| format!("e{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut many = trend(&names, 12);
    let settings = [
        Setting::Deadlines,
        Setting::ConnectionsPerTarget,
        Setting::RatePerEndpoint,
        Setting::Resolver,
    ];
    for (run, setting) in many.runs.iter_mut().zip(settings) {
        run.changes.push(RunChange::Setting(setting));
        run.shifts.push(VantageChange {
            operation: Operation::GetCallerIdentity,
            connection: ConnectionMode::Cold,
            ratio: 1.4,
            limit_ratio: 1.1,
            difference: None,
        });
    }
    vec![few, many]
}

/// One place, and several of which one was not simulated.
fn beside_each_other() -> Vec<Matrix> {
    let mut real = run_from("virginia", "us-east-2", 30, 30);
    real.header.vantage.simulation = None;
    let several = [
        run_from("frankfurt", "eu-central-1", 20, 110),
        run_from("cape-town", "af-south-1", 250, 90),
        real,
    ];
    let one = [run_from("frankfurt", "eu-central-1", 20, 110)];
    vec![matrix_of(one), matrix_of(several)]
}

#[test]
fn no_kind_of_chart_has_an_english_word_in_another_language() {
    let english = fixed_words(Language::English);
    assert!(english.len() > 100, "{english:?}");
    let scenes = scenes();
    for language in Language::ALL {
        let own = fixed_words(language);
        let foreign = |words: &&String| !own.iter().any(|own| says(own, words));
        let foreign: Vec<&String> = english.iter().filter(foreign).collect();
        for kind in ChartKind::all() {
            let texts: Vec<String> = pictures(&scenes, kind, language)
                .iter()
                .flat_map(|svg| said(svg))
                .collect();
            assert!(texts.len() > 10, "{kind} {language:?}");
            for text in &texts {
                let found = foreign.iter().find(|words| says(text, words));
                assert!(
                    found.is_none(),
                    "{kind} in {language:?} says {found:?} in {text:?}"
                );
            }
            let all = texts.join("\n");
            let speaks = |words: &BTreeSet<String>| words.iter().any(|words| says(&all, words));
            assert!(speaks(&own), "{kind} in {language:?}");
        }
    }
}

#[test]
fn the_embedded_faces_have_every_letter_of_every_picture() {
    let scenes = scenes();
    for language in Language::ALL {
        let mut letters = BTreeSet::new();
        for kind in ChartKind::all() {
            for svg in pictures(&scenes, kind, language) {
                letters.extend(said(&svg).iter().flat_map(|text| text.chars()));
            }
        }
        for weight in [Weight::Regular, Weight::Bold] {
            let lacking = letters.iter().find(|&&letter| !weight.has(letter));
            assert_eq!(lacking, None, "{language:?} {weight:?}");
        }
        let thousands = language.number("1,000").chars().nth(1);
        assert!(
            thousands.is_some_and(|mark| letters.contains(&mark)),
            "{language:?}"
        );
    }
}

#[test]
fn an_english_word_in_a_german_picture_is_found() {
    let english = fixed_words(Language::English);
    let text = "GetCallerIdentity, new connection: p50 der Zeit je Aufruf";
    assert!(english.iter().any(|words| says(text, words)));
    assert!(!says("renew connections", "new connection"));
}
