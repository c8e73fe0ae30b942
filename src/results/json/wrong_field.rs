//! What serde says of a wrong field, as one short line.

/// Which field is wrong, and how. serde's message can quote what it read, and that may be anything.
pub(crate) fn wrong_field(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let (field, reason) = (error.path().to_string(), one_line(error.inner()));
    let field: String = field
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    // The parser's position is that within the text it was given, which need not be the file.
    let reason = reason
        .rsplit_once(" at line ")
        .map_or(reason.as_str(), |(reason, _)| reason);
    if field == "." {
        reason.to_owned()
    } else {
        format!("{field}: {reason}")
    }
}

pub(crate) fn one_line(error: &serde_json::Error) -> String {
    error
        .to_string()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}
