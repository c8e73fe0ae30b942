//! ADVISE: what a caller in one Region should do about the global endpoint, as a value: the decision that a run supports, and
//! which clients it changes. Reads no environment and no clock, and writes no sentence; the sentences are in
//! `report::words::advice`.

mod clients;
mod decision;
mod failing;
mod served;

pub use clients::{CallersProfile, ClientCall, RegionFrom, client_calls};
pub use decision::{Advice, Hours, NoNeed, NotShown, Recommendation, Saving, advise, local_region};
pub use failing::FailsMore;
pub(crate) use failing::{Favoured, OneKind};
pub use served::ServedGlobal;
