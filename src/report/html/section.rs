//! One run, laid out from the decision to the files behind it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::judge::Row;
use crate::plan::Level;
use crate::report::chart::{Picture, Theme};
use crate::report::formats::certificate::titled;
use crate::report::view::overview::screen::Overview;
use crate::report::view::overview::selection::ScreenSelection;
use crate::report::view::report::Report;
use crate::report::view::served_by::ServedByLine;
use crate::report::view::table::Table;
use crate::report::words;
use crate::report::words::numbers::percent_as_set;
use crate::report::words::overview::{decision, lines};
use crate::report::words::simulation::NotOfAws;
use crate::results::ItemVerdict;

use super::curves::{self, CurveData, CurvePlot};
use super::decision::{EndpointPair, pairs};
use super::downloads::{Download, ENDPOINTS, Thinning, downloads, pictures};
use super::endpoints::{self, EndpointData, EndpointTable};
use super::findings::{Checks, FindingItem, gates, run_checks};
use super::phases::{PhaseTable, phases};
use super::timeline::{self, TimelineData, TimelinePlot};

/// One run.
pub(crate) struct Section<'a> {
    /// Its position among the runs of the page, from 1.
    pub(crate) number: usize,
    pub(crate) report: &'a Report<'a>,
    /// The decision in one sentence.
    pub(crate) title: String,
    /// What else belongs to it.
    pub(crate) more: Vec<String>,
    /// That the run was cut short.
    pub(crate) early: Option<String>,
    pub(crate) pairs: Vec<EndpointPair>,
    pub(crate) hero: Option<Hero>,
    pub(crate) groups: Vec<GroupView<'a>>,
    pub(crate) gates: Vec<FindingItem>,
    pub(crate) checks: Checks,
    pub(crate) certificate: Vec<CertificateItem>,
    pub(crate) downloads: Vec<Download>,
    /// Who answered each endpoint.
    pub(crate) served_by: &'a [ServedByLine],
    /// What was left out because the page would be too large.
    pub(crate) left_out: Vec<String>,
}

/// The picture of the decision.
pub(crate) struct Hero {
    /// For a light background, in base64.
    pub(crate) light: String,
    /// The name of that for a dark one among the downloads.
    pub(crate) dark: String,
    pub(crate) description: String,
}

/// One operation over one kind of connection.
pub(crate) struct GroupView<'a> {
    table: &'a Table,
    rows: Vec<&'a Row>,
    pub(crate) number: usize,
    pub(crate) operation: String,
    pub(crate) connection: &'static str,
    pub(crate) endpoints: EndpointTable<'a>,
    pub(crate) curves: Option<CurvePlot>,
    pub(crate) timeline: Option<TimelinePlot>,
    pub(crate) phases: Option<PhaseTable>,
    drawn: Vec<Vec<f64>>,
}

/// About what a line of the table of who answered takes.
const BYTES_OF_A_LINE: usize = 120;

/// What the self-test found.
pub(crate) struct CertificateItem {
    pub(crate) class: &'static str,
    pub(crate) word: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) limit: String,
}

/// What the script reads of a run.
#[derive(Serialize)]
pub(crate) struct SectionData<'a> {
    levels: [String; Level::COMPARED.len()],
    groups: Vec<GroupData<'a>>,
}

#[derive(Serialize)]
struct GroupData<'a> {
    operation: &'a str,
    connection: &'static str,
    endpoints: Vec<EndpointData<'a>>,
    curves: CurveData,
    timeline: Vec<TimelineData>,
}

impl<'a> Section<'a> {
    /// The run of `report`, in this place.
    pub(crate) fn of((report, number): (&'a Report<'a>, usize)) -> Self {
        let overview = Overview::new(report, &ScreenSelection::default());
        let mut sentences = overview
            .as_ref()
            .map_or_else(Vec::new, |overview| decision::sentences(&overview.decision))
            .into_iter();
        let title = sentences.next().unwrap_or_else(|| report.title.clone());
        let place = report.place.as_deref().map(lines::place);
        let advice = report.advice().filter(|advice| *advice != title);
        let pictures = pictures(report);
        let hero = hero(&pictures, &title);
        Self {
            number,
            title,
            more: sentences.chain(place).chain(advice).collect(),
            early: overview
                .as_ref()
                .and_then(|overview| overview.early.as_ref())
                .map(lines::early),
            pairs: overview.as_ref().map_or_else(Vec::new, |overview| {
                pairs(report.summary, &overview.decision)
            }),
            hero,
            groups: report
                .tables
                .iter()
                .zip(1..)
                .map(|(table, number)| group(report, table, number))
                .collect(),
            gates: gates(&report.summary.gates, &[report.run]),
            checks: run_checks(report),
            certificate: certificate(report),
            downloads: downloads(report, &pictures),
            served_by: &report.served_by,
            left_out: Vec::new(),
            report,
        }
    }

    /// Leaves out the curves that only the script draws; those of the endpoints that the page is about stay.
    pub(crate) fn thin_curves(&mut self) {
        let report = self.report;
        let groups = self.groups.iter_mut();
        let left_out: Vec<bool> = groups.map(|group| group.thin_curves(report)).collect();
        if left_out.contains(&true) {
            self.left_out.push(words::page::CURVES_LEFT_OUT.to_owned());
        }
    }

    /// Leaves out what that step does, and about how many bytes that frees.
    pub(crate) fn thin(&mut self, thinning: Thinning) -> usize {
        let (kept, gone): (Vec<Download>, Vec<Download>) = std::mem::take(&mut self.downloads)
            .into_iter()
            .partition(|file| !thinning.leaves_out(&file.name));
        self.downloads = kept;
        let freed = gone.iter().map(|file| file.content.len()).sum();
        self.left_out.extend(gone.into_iter().map(|file| file.name));
        if thinning != Thinning::WhoAnswered {
            return freed;
        }
        let lines = std::mem::take(&mut self.served_by);
        if !lines.is_empty() {
            self.left_out.push(words::page::WHO_ANSWERED.to_owned());
        }
        lines.len() * BYTES_OF_A_LINE
    }

    /// What the script reads of it.
    pub(crate) fn data(&self) -> SectionData<'_> {
        SectionData {
            levels: Level::COMPARED.map(|level| level.to_string()),
            groups: self
                .groups
                .iter()
                .map(|group| group.data(self.report))
                .collect(),
        }
    }

    /// The decision in its parts, and whether each is in parentheses: that is its proof, which need not be large.
    pub(crate) fn title_parts(&self) -> Vec<(bool, &str)> {
        let mut parts = Vec::new();
        for piece in self.title.split_inclusive(')') {
            match piece.find('(').filter(|_| piece.ends_with(')')) {
                None => parts.push((false, piece)),
                Some(at) => parts.extend([(false, &piece[..at]), (true, &piece[at..])]),
            }
        }
        parts
    }

    /// That checks forbid what the run is about, where they do.
    pub(crate) fn invalid(&self) -> Option<String> {
        let invalid = self.report.invalid()?;
        Some(format!("{invalid}: {}", words::checks::FORBIDDEN))
    }

    /// Why its numbers are not AWS's, where that is known.
    pub(crate) fn not_of_aws(&self) -> Option<NotOfAws> {
        NotOfAws::of(self.report.run)
    }

    /// That the page leaves something out, and where it is.
    pub(crate) fn left_out_note(&self) -> String {
        words::page::left_out(&self.left_out)
    }

    /// The confidence of its intervals, such as `95 %`.
    pub(crate) fn confidence(&self) -> String {
        percent_as_set(self.report.run.plan.judging.confidence)
    }

    /// A name for its tab, with its number and the minute in which it began.
    pub(crate) fn name(&self) -> String {
        let header = &self.report.run.header;
        let minute = header.started_at.get(..16).unwrap_or(&header.started_at);
        let minute = minute.replace('T', " ");
        format!("{}: {}, {minute}", self.number, header.vantage.name)
    }
}

fn group<'a>(report: &'a Report<'a>, table: &'a Table, number: usize) -> GroupView<'a> {
    let rows = endpoints::rows(report, table);
    let drawn: Vec<Vec<f64>> = rows.iter().map(|row| curves::curve(report, row)).collect();
    GroupView {
        table,
        number,
        operation: table.group.operation.api_name().to_owned(),
        connection: words::names::connection(table.group.connection),
        endpoints: EndpointTable::of(report, table),
        curves: curves::plot(report, &rows, &drawn),
        timeline: timeline::plot(report, &rows),
        phases: phases(report, &rows),
        rows,
        drawn,
    }
}

impl GroupView<'_> {
    /// Leaves out the curves of the endpoints that the page is not about; whether there were any.
    fn thin_curves(&mut self, report: &Report<'_>) -> bool {
        let notable = curves::notable(report, &self.rows);
        let others = self.drawn.iter_mut().enumerate();
        let others =
            others.filter(|(number, curve)| !notable.contains(number) && !curve.is_empty());
        others.map(|(_, curve)| curve.clear()).count() > 0
    }

    pub(crate) fn caption(&self) -> &str {
        &self.table.caption
    }

    fn data(&self, report: &Report<'_>) -> GroupData<'_> {
        GroupData {
            operation: &self.operation,
            connection: self.connection,
            endpoints: endpoints::data(report, &self.rows),
            curves: curves::data(&self.drawn),
            timeline: timeline::data(report, &self.rows),
        }
    }
}

/// The picture of the endpoints for the operation that the decision is about.
fn hero(pictures: &[Picture], title: &str) -> Option<Hero> {
    let of = |theme: Theme| {
        pictures
            .iter()
            .find(|picture| (picture.kind.name, picture.theme) == (ENDPOINTS, theme))
    };
    let (light, dark) = (of(Theme::Light)?, of(Theme::Dark)?);
    Some(Hero {
        light: STANDARD.encode(&light.svg),
        dark: format!("{}.svg", dark.stem),
        description: format!("{} {title}", light.kind.question),
    })
}

fn certificate(report: &Report<'_>) -> Vec<CertificateItem> {
    let certificate = report.run.conditions.certificate.as_ref();
    let items = certificate.map_or(&[][..], |certificate| &certificate.items);
    let item = |item: &crate::results::Item| {
        let (class, word) = match item.verdict {
            ItemVerdict::Pass => ("good", "pass"),
            ItemVerdict::Warn => ("", "WARN"),
            ItemVerdict::Fail => ("bad", "FAIL"),
        };
        CertificateItem {
            class,
            word,
            title: titled(item),
            text: item.text.clone(),
            limit: item.threshold.clone(),
        }
    };
    items.iter().map(item).collect()
}
