//! The words of the chart `world` that the chart `matrix` does not have.

use crate::report::words::language::Language;

/// Its words in one language.
pub(crate) struct WorldWords {
    /// The mark of the fastest.
    pub fastest: &'static str,
    /// Which endpoints are on no map: their names.
    pub not_on_map: &'static str,
}

/// Its words in that language.
pub(crate) fn words(language: Language) -> &'static WorldWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

const ENGLISH: WorldWords = WorldWords {
    fastest: "fastest of its map",
    not_on_map: "Not on the maps: {}",
};

const GERMAN: WorldWords = WorldWords {
    fastest: "schnellster der Karte",
    not_on_map: "Nicht auf den Karten: {}",
};

const FRENCH: WorldWords = WorldWords {
    fastest: "le plus rapide de sa carte",
    not_on_map: "Pas sur les cartes : {}",
};

const SPANISH: WorldWords = WorldWords {
    fastest: "el más rápido de su mapa",
    not_on_map: "No están en los mapas: {}",
};
