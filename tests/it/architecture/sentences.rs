//! Sentences are written in `report::words`: these places have facts and layout alone.

use super::source;

/// Files and folders that once had sentences of their own.
const WITHOUT: [&str; 5] = [
    "src/notice/",
    "src/report/comparison/",
    "src/report/view/group_finding.rs",
    "src/report/view/headline.rs",
    "src/session/steps/",
];
/// A text with so many words is a sentence; the longest heading of a column has five.
const WORDS: usize = 6;

#[test]
fn what_is_said_to_people_is_said_in_words() {
    let files = source::released("stsbench");
    for place in WITHOUT {
        let mut here = files
            .iter()
            .filter(|file| file.path.starts_with(place))
            .peekable();
        assert!(here.peek().is_some(), "{place} is there");
        for file in here {
            let found: Vec<_> = literals(&file.code)
                .into_iter()
                .filter(|text| {
                    text.split_whitespace().filter(|word| is_word(word)).count() >= WORDS
                })
                .collect();
            assert!(found.is_empty(), "{}: {found:#?}", file.path.display());
        }
    }
}

fn is_word(text: &str) -> bool {
    text.chars().filter(|letter| letter.is_alphabetic()).count() >= 2 && !text.contains('{')
}

/// The texts between quotation marks, apart from those of attributes and of panics, which are for programmers.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_for_programmers =
        |line: &str| line.contains("#[") || line.contains(".expect(") || line.contains("reason = ");
    for line in code.lines().filter(|line| !is_for_programmers(line)) {
        let mut parts = line
            .replace("\\\"", "")
            .split('"')
            .map(str::to_owned)
            .collect::<Vec<_>>();
        if parts.len() == 1 {
            continue;
        }
        // Every second part is inside; a literal of several lines ends or begins in the last one.
        parts.remove(0);
        found.extend(parts.into_iter().step_by(2));
    }
    found
}

#[test]
fn a_sentence_is_told_from_a_label() {
    let code = "let a = \"no endpoint gave an answer\";\nlet b = \"baseline p50\";\nx.expect(\"it was read a line above\");";
    assert_eq!(
        literals(code),
        ["no endpoint gave an answer", "baseline p50"]
    );
}
