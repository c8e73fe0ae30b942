//! Who calls: credentials, secret parameters, the preflight, and what of it all a run may show.

pub(super) mod disclosure;
pub(super) mod identity;
pub(super) mod parameters;
pub(super) mod preflight;
