//! The one integration test binary: the house's shape, the command line, the truth of the numbers, the rules. Most of them start
//! the emulator.
#![cfg(feature = "simulate")]

mod advice;
mod answers;
mod architecture;
mod arguments;
mod books;
mod callers;
mod callers_files;
mod callers_network;
mod capture;
mod certificate;
mod claims;
mod configuration;
mod doctor;
mod documents;
mod doubts;
mod environments;
mod exports;
mod files;
mod fleet_faults;
mod gates;
mod golden_runs;
mod interruptions;
mod judging;
mod links;
mod made_up;
mod manners;
mod omission;
mod operations;
mod phases;
mod places;
mod proof;
mod reference;
mod rules;
mod screen;
mod sdk;
mod servers;
mod side_by_side;
mod stub;
mod support;
mod truth;
mod validity;
mod who;
mod windows;
mod wire;
