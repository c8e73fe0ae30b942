//! The one integration test binary: the house's shape, the command line, the truth of the numbers, the rules.

mod architecture;
mod arguments;
mod books;
mod callers;
mod catalogue;
mod files;
mod interruptions;
mod manners;
mod rules;
mod stub;
mod support;
mod truth;
