//! The one integration test binary: the house's shape, the command line, the truth of the numbers, the rules.

mod architecture;
mod arguments;
mod books;
mod callers;
mod capture;
mod catalogue;
mod certificate;
mod doubts;
mod exports;
mod files;
mod interruptions;
mod links;
mod manners;
mod omission;
mod operations;
mod phases;
mod rules;
mod sdk;
mod stub;
mod support;
mod truth;
mod validity;
mod who;
mod windows;
mod wire;
