//! The one integration test binary: the house's shape, the command line, the truth of the numbers, the rules. Most of them start
//! the emulator.
#![cfg(feature = "simulate")]

mod architecture;
mod arguments;
mod bucket_writers;
mod buckets;
mod callers;
mod configuration;
mod doctor;
mod documents;
mod emulator;
mod environments;
mod every_command;
mod files;
mod golden_runs;
mod interruptions;
mod numbers;
mod omission;
mod places;
mod proof;
mod reference;
mod reports;
mod rules;
mod sdk;
mod serve;
mod shell;
mod stub;
mod support;
mod synthetic_run;
mod wire;
