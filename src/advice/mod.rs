//! ADVISE: what a caller in one Region should do about the global endpoint, as a value: the decision that a run supports, and
//! which clients it changes. Reads no environment and no clock, and writes no sentence; the sentences are in
//! `report::words::advice`.

mod clients;
mod decision;
mod failing;
mod served;

pub(crate) use clients::{CallersProfile, ClientCall, RegionFrom, client_calls};
pub(crate) use decision::{
    Advice, Hours, NoNeed, NotShown, Recommendation, Saving, advise, local_region,
};
pub(crate) use failing::{FailsMore, Favoured, OneKind};
pub(crate) use served::ServedGlobal;
