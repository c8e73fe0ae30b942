//! What a made-up run says of itself.

use stsbench::results::{Header, Redaction, SCHEMA_VERSION, Tool, Vantage};

/// The head of a run from a place of that name.
pub fn header(vantage: &str) -> Header {
    Header {
        schema_version: SCHEMA_VERSION,
        run_id: "20260101-000000-00000000".to_owned(),
        tool: Tool {
            name: "stsbench".to_owned(),
            version: "0".to_owned(),
        },
        vantage: Vantage {
            name: vantage.to_owned(),
            name_source: None,
            local_region: None,
            observed: Vec::new(),
            simulation: None,
        },
        caller: None,
        started_at: "2026-01-01T00:00:00Z".to_owned(),
        redaction: Redaction::None,
    }
}
