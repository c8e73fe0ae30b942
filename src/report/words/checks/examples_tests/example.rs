//! What an example is.

use crate::plan::TargetId;
use crate::results::CheckVerdict;
use crate::results::finding::Finding;

/// A finding, how grave it is, and the number that its sentence is about; nothing where it is about none.
pub(crate) type Example = (Finding, CheckVerdict, &'static str);

/// The two targets that examples are about.
pub(super) const FIRST: TargetId = TargetId(0);
pub(super) const SECOND: TargetId = TargetId(1);
