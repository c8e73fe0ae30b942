//! Examples of everything that a check can find.

mod answers;
mod connections;
mod example;
mod instrument;
mod load;
mod machine;
mod precision;
mod service;

pub(super) use example::Example;

/// At least one example of each finding.
pub(super) fn examples() -> Vec<Example> {
    [
        answers::answers(),
        load::load(),
        machine::machine(),
        service::service(),
        connections::connections(),
        instrument::instrument(),
        precision::precision(),
    ]
    .concat()
}
