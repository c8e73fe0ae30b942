//! The one integration test binary: the house's shape, the command line, the truth of the numbers, the rules.

mod architecture;
mod arguments;
mod callers;
mod files;
mod manners;
mod stub;
mod support;
