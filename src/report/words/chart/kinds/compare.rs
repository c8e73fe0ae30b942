//! The words of the chart `compare`.

use crate::report::words::language::Language;

/// Its words in one language.
pub(crate) struct CompareWords {
    /// Title: how many medians are longer, and how many shorter, of how many.
    pub finding: &'static str,
    /// Title where none is either: of how many.
    pub none: &'static str,
    /// Title of runs that decide nothing.
    pub side_by_side: &'static str,
    /// What is shown: operation.
    pub what: &'static str,
    /// Which side is which.
    pub left_of_zero: &'static str,
    /// That nothing is decided.
    pub descriptive: &'static str,
    /// The earlier run: its id.
    pub baseline: &'static str,
    /// What is faster.
    pub faster: &'static str,
    /// What is slower.
    pub slower: &'static str,
    /// What is neither.
    pub unclear: &'static str,
    /// Only in one of the runs.
    pub only_one: &'static str,
    /// Label of the axis.
    pub axis: &'static str,
}

/// Its words in that language.
pub(crate) fn words(language: Language) -> &'static CompareWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

const ENGLISH: CompareWords = CompareWords {
    finding: "{} of {} medians are longer than before, {} shorter",
    none: "None of {} medians is proven longer or shorter than before",
    side_by_side: "The medians of two runs side by side",
    what: "{}, change of the median time per call",
    left_of_zero: "left of zero it is faster now",
    descriptive: "measured one after the other: nothing is decided",
    baseline: "before: {}",
    faster: "faster than before",
    slower: "slower than before",
    unclear: "no significant difference",
    only_one: "in one run only",
    axis: "change of the median",
};

const GERMAN: CompareWords = CompareWords {
    finding: "{} von {} Medianen sind länger als zuvor, {} kürzer",
    none: "Keiner von {} Medianen ist nachweislich länger oder kürzer als zuvor",
    side_by_side: "Die Mediane zweier Läufe nebeneinander",
    what: "{}, Änderung des Medians der Zeit je Aufruf",
    left_of_zero: "links von null ist es jetzt schneller",
    descriptive: "nacheinander gemessen: nichts ist entschieden",
    baseline: "zuvor: {}",
    faster: "schneller als zuvor",
    slower: "langsamer als zuvor",
    unclear: "kein signifikanter Unterschied",
    only_one: "nur in einem Lauf",
    axis: "Änderung des Medians",
};

const FRENCH: CompareWords = CompareWords {
    finding: "{} médianes sur {} sont plus longues qu’avant, {} plus courtes",
    none: "Aucune des {} médianes n’est plus longue ou plus courte de façon prouvée",
    side_by_side: "Les médianes de deux mesures côte à côte",
    what: "{}, variation de la médiane du temps par appel",
    left_of_zero: "à gauche de zéro, c’est plus rapide maintenant",
    descriptive: "mesurés l’un après l’autre : rien n’est décidé",
    baseline: "avant : {}",
    faster: "plus rapide qu’avant",
    slower: "plus lent qu’avant",
    unclear: "pas de différence significative",
    only_one: "dans une seule mesure",
    axis: "variation de la médiane",
};

const SPANISH: CompareWords = CompareWords {
    finding: "{} de {} medianas son más largas que antes, {} más cortas",
    none: "Ninguna de {} medianas es más larga o más corta de forma probada",
    side_by_side: "Las medianas de dos mediciones, una al lado de otra",
    what: "{}, cambio de la mediana del tiempo por llamada",
    left_of_zero: "a la izquierda de cero, ahora es más rápido",
    descriptive: "medidas una tras otra: nada está decidido",
    baseline: "antes: {}",
    faster: "más rápido que antes",
    slower: "más lento que antes",
    unclear: "sin diferencia significativa",
    only_one: "solo en una medición",
    axis: "cambio de la mediana",
};
