//! An error in STS's own form, before it is written.

use sts_model::FaultCode;

/// An error in STS's own form, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FaultReply {
    /// HTTP status, 400–599.
    pub status: u16,
    /// The code.
    pub code: FaultCode,
    /// The message; some faults have none.
    pub message: Option<String>,
}

impl FaultReply {
    /// A fault with a message.
    pub(crate) fn new(status: u16, code: FaultCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: Some(message.into()),
        }
    }

    /// Whose fault it is, in STS's words.
    pub(super) fn kind(&self) -> &'static str {
        if self.status < 500 {
            "Sender"
        } else {
            "Receiver"
        }
    }
}

/// The quota's fault.
pub(crate) fn throttled() -> FaultReply {
    FaultReply::new(400, FaultCode::Throttling, "Rate exceeded")
}
