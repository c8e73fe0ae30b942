//! The words that every kind of picture has.

use crate::plan::ConnectionMode;
use crate::report::words::language::Language;

/// The kind of connection.
pub(crate) fn connection(language: Language, connection: ConnectionMode) -> &'static str {
    let [new, kept, resumed] = match language {
        Language::English => ["new connection", "kept open", "TLS resumed"],
        Language::German => ["neue Verbindung", "offen gehalten", "TLS fortgesetzt"],
        Language::French => ["nouvelle connexion", "gardée ouverte", "TLS reprise"],
        Language::Spanish => ["conexión nueva", "mantenida abierta", "TLS reanudado"],
    };
    match connection {
        ConnectionMode::Cold => new,
        ConnectionMode::Warm => kept,
        ConnectionMode::Resumed => resumed,
    }
}
