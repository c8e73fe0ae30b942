//! A comparison in a few lines.

use crate::judge::{Between, History, HistoryLine, HistoryOutcome, Matched, Standing, Verdict};
use crate::report::comparison::Compared;
use crate::report::words::gates::{headline, in_words};
use crate::report::words::names;
use crate::report::words::numbers::{duration, plural, ratio};
use crate::report::words::side_by_side::comparisons;
use crate::report::words::side_by_side::trend::{crept, fails_more};
use crate::report::words::verdicts::verdict_cell;

use super::value::{Brief, Mood, gate_lines};

/// The comparison in a few lines: its gates first, where it has any, then each endpoint that changed.
pub(crate) fn of_comparison(compared: Compared<'_>) -> Brief {
    let candidate = &compared.candidate().header;
    let gates = headline(compared.gates());
    let found = match compared {
        Compared::Runs { between, .. } => of_runs(between),
        Compared::History { history, .. } => of_history(history),
    };
    let mood = match &gates {
        Some((outcome, _)) => Mood::of_gate(*outcome).max(found.mood),
        None => found.mood,
    };
    let title = compared.sheet().title;
    let mut lines = gate_lines(compared.gates(), &compared.runs());
    if gates.is_some() {
        lines.push(title.clone());
    }
    lines.extend(found.lines);
    let (short, headline) = match gates {
        Some((_, text)) => (in_words(compared.gates()), text),
        None => (found.short, title),
    };
    Brief {
        mood,
        short,
        headline,
        lines,
        context: format!(
            "{}, candidate {}, started {}",
            candidate.vantage.name, candidate.run_id, candidate.started_at
        ),
        not_of_aws: compared.not_of_aws(),
        is_news: found.is_news || !compared.gates().is_empty() && mood >= Mood::Open,
    }
}

/// What came of the endpoints.
struct Found {
    mood: Mood,
    short: String,
    lines: Vec<String>,
    is_news: bool,
}

fn of_runs(between: &Between) -> Found {
    let with = |wanted: &[Verdict]| -> Vec<&Matched> {
        let is = |target: &&Matched| target.verdict().is_some_and(|word| wanted.contains(&word));
        between.targets.iter().filter(is).collect()
    };
    let slower = with(&[Verdict::Slower]);
    let faster = with(&[Verdict::Faster]);
    let open = with(&[Verdict::Inconclusive, Verdict::Invalid, Verdict::NoData]);
    let lacking = |target: &&Matched| {
        matches!(
            target.standing,
            Standing::NoBaseline | Standing::NoCandidate
        )
    };
    let lacking = between.targets.iter().filter(lacking).count();
    if !between.design.decides() {
        let lost = with(&[Verdict::Invalid, Verdict::NoData]);
        let (mood, short) = match lost.len() {
            0 => (Mood::Neutral, "no verdict".to_owned()),
            lost => (Mood::Open, format!("{lost} not comparable")),
        };
        return Found {
            mood,
            short,
            is_news: !lost.is_empty(),
            lines: lost.into_iter().map(line).collect(),
        };
    }
    let is_failing = |target: &&Matched| {
        target.fails_more && target.verdict().is_some_and(|it| it != Verdict::Slower)
    };
    let failing: Vec<&Matched> = between.targets.iter().filter(is_failing).collect();
    let (mood, short) = if !slower.is_empty() {
        (Mood::Bad, format!("{} slower", slower.len()))
    } else if !failing.is_empty() {
        (Mood::Bad, format!("{} failing more", failing.len()))
    } else if !open.is_empty() || lacking > 0 {
        (Mood::Open, format!("{} undecided", open.len() + lacking))
    } else if !faster.is_empty() {
        (Mood::Good, format!("{} faster", faster.len()))
    } else {
        (Mood::Good, "nothing slower".to_owned())
    };
    let faster: Vec<&Matched> = faster.into_iter().filter(|it| !it.fails_more).collect();
    let changed = slower.iter().chain(&failing).chain(&faster);
    let lines = changed.map(|target| line(target));
    let missing = (lacking > 0).then(|| {
        format!(
            "{} in only one of the runs",
            plural(lacking as u64, "target")
        )
    });
    Found {
        mood,
        short,
        lines: lines.chain(missing).collect(),
        is_news: !(slower.is_empty() && failing.is_empty() && faster.is_empty()) || lacking > 0,
    }
}

fn line(target: &Matched) -> String {
    let word = match &target.standing {
        Standing::Compared(comparisons) => comparisons.first().map(verdict_cell),
        Standing::Uncompared(obstacle) => Some(obstacle.verdict.as_str().to_owned()),
        _ => None,
    };
    let times = match target.p50 {
        [Some(before), Some(now)] => format!(", p50 {} → {}", duration(before), duration(now)),
        _ => String::new(),
    };
    let fails = comparisons::fails_more(target).map_or_else(String::new, |how| format!(", {how}"));
    format!(
        "{}: {}{fails}{times}",
        names::target(&target.name()),
        word.unwrap_or_default()
    )
}

fn of_history(history: &History) -> Found {
    let of = |wanted: HistoryOutcome| {
        let is = move |line: &&HistoryLine| line.outcome == wanted;
        history.lines.iter().filter(is)
    };
    let lines: Vec<String> = of(HistoryOutcome::NoData)
        .chain(of(HistoryOutcome::Slower))
        .chain(of(HistoryOutcome::BeyondOnce))
        .map(outcome)
        .chain(history.lines.iter().flat_map(notices))
        .collect();
    let (mood, short) = state(history);
    Found {
        mood,
        short,
        is_news: !lines.is_empty(),
        lines,
    }
}

/// How the endpoints stand to their past, in two or three words.
fn state(history: &History) -> (Mood, String) {
    let count =
        |is: &dyn Fn(&HistoryLine) -> bool| history.lines.iter().filter(|it| is(it)).count();
    let of = |wanted: HistoryOutcome| count(&|line| line.outcome == wanted);
    let (slower, once) = (of(HistoryOutcome::Slower), of(HistoryOutcome::BeyondOnce));
    let judged = slower + once + of(HistoryOutcome::Steady);
    let failing = count(&HistoryLine::fails_more);
    let creeping = count(&|line| line.creep.is_some());
    match (slower, once, judged) {
        _ if of(HistoryOutcome::NoData) > 0 => {
            let lost = of(HistoryOutcome::NoData);
            (Mood::Bad, format!("{lost} without data"))
        }
        (0, ..) if failing > 0 => (Mood::Bad, format!("{failing} failing more")),
        (0, 0, 0) => (Mood::Neutral, "too few runs".to_owned()),
        (0, 0, _) if creeping > 0 => (Mood::Open, format!("{creeping} slower little by little")),
        (0, 0, _) => (Mood::Good, "steady".to_owned()),
        (0, once, _) => (Mood::Open, format!("{once} beyond the limit once")),
        (slower, ..) => (Mood::Bad, format!("{slower} slower")),
    }
}

fn outcome(line: &HistoryLine) -> String {
    let by = line.change.map(|change| {
        format!(
            ", {} of the expected {}, limit {}",
            ratio(change.ratio),
            duration(change.expected),
            ratio(change.limit_ratio)
        )
    });
    let name = line.name();
    format!(
        "{} {}: {}{}",
        name.endpoint,
        name.group,
        line.outcome.as_str(),
        by.unwrap_or_default()
    )
}

/// What is told of an endpoint beside its outcome.
fn notices(line: &HistoryLine) -> impl Iterator<Item = String> {
    let name = line.name();
    let failures = line.failures.as_ref().map(|it| fails_more(&name, it));
    let creep = line.creep.as_ref().map(|it| crept(&name, it));
    failures.into_iter().chain(creep)
}
