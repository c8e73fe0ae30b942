//! Every command that the program proposes can be read by itself, and a run that an advice proposes can be planned.

use std::fs;
use std::path::{Path, PathBuf};

use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use crate::advice::{Advice, client_calls};
use crate::cli::options::draft::draft;
use crate::cli::options::run::RunOptions;
use crate::cli::program::command;
use crate::place::{MetadataUse, PlaceSearch};
use crate::report::advice::{AdviceSheet, terminal};
use crate::session::Asked;
use sts_model::{ClientEnvironment, Partition, REGIONS};

/// The commands between backquotes in a text.
fn proposals(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let quoted = text.split('`').skip(1).step_by(2);
    let commands = quoted.filter(|it| it.starts_with("stsbench "));
    commands.map(str::to_owned).collect()
}

/// What is advised in a Region where nothing was measured.
fn advised(region: Option<&str>) -> String {
    let calls = client_calls(&ClientEnvironment::default(), region, &[]);
    let advice = Advice::without_run(region).for_clients(&calls);
    terminal(&AdviceSheet::new(&advice, None, &calls, None, None))
}

/// Plans the proposed run where no other Region is configured.
fn planned(words: &[&str]) -> Result<String, String> {
    let matches = command()
        .try_get_matches_from(words)
        .map_err(|error| error.to_string())?;
    let (_, given) = matches.subcommand().ok_or("a subcommand")?;
    let options = RunOptions::from_arg_matches(given).map_err(|error| error.to_string())?;
    let search = PlaceSearch {
        region: options.caller.region.clone(),
        metadata: MetadataUse::NotAsked,
        ..PlaceSearch::default()
    };
    let region = search.find().map_err(|error| error.to_string())?.region;
    let draft = draft(&options, region.as_ref()).map_err(|error| error.to_string())?;
    Asked::new(draft).map_err(|error| error.to_string())?;
    Ok(region.ok_or("the Region is named")?.name)
}

#[test]
fn the_run_that_an_advice_proposes_can_be_planned_in_every_region_and_without_one() {
    let known = REGIONS.iter().map(|region| region.name);
    let others = ["eu-west-9", "frankfurt", "eu-cental-1", "garage"];
    let regions = known.chain(others).map(Some).chain([None]);
    for region in regions {
        let text = advised(region);
        let proposed = proposals(&text);
        let has_global =
            region.is_none_or(|region| Partition::of_region(region).has_global_endpoint());
        assert_eq!(proposed.len(), usize::from(has_global), "{text}");
        for proposal in proposed {
            let words: Vec<&str> = proposal.split(' ').collect();
            let from = planned(&words).unwrap_or_else(|error| panic!("{proposal}: {error}"));
            let meant = region.filter(|region| !others[1..].contains(region));
            assert_eq!(from, meant.unwrap_or("eu-central-1"), "{proposal}");
        }
    }
}

#[test]
fn every_command_that_a_message_names_is_one_that_the_program_reads() {
    let mut sources = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut sources,
    );
    let mut seen = 0;
    for path in sources {
        let source = fs::read_to_string(&path).expect("a source");
        let messages = source.lines().map(str::trim);
        let messages = messages.filter(|line| !line.starts_with("//"));
        for proposal in messages.flat_map(proposals) {
            let words: Vec<&str> = proposal
                .split(' ')
                .map(|word| {
                    if word.starts_with('{') {
                        "eu-west-1"
                    } else {
                        word
                    }
                })
                .collect();
            let incomplete = [
                ErrorKind::DisplayHelp,
                ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
                ErrorKind::MissingRequiredArgument,
                ErrorKind::MissingSubcommand,
            ];
            if let Err(error) = command().try_get_matches_from(words) {
                let path = path.display();
                assert!(
                    incomplete.contains(&error.kind()),
                    "{path}: {proposal}: {error}"
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

/// The sources below a directory that are no tests.
fn collect(directory: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.expect("a name");
        if path.is_dir() {
            collect(&path, sources);
        } else if name.ends_with(".rs") && !name.ends_with("_tests.rs") {
            sources.push(path);
        }
    }
}
