//! Whether a run that may come from another machine can be believed and shown.

mod certificate;
mod checks;
mod health;
mod plan;
mod rules;
mod run;
mod series;
mod simulation;
mod times;
mod windows;

pub(crate) use certificate::check_certificate;
pub(crate) use rules::{is_date_of_a_run, is_name};
pub(crate) use run::{check_run, check_unmeasured};
