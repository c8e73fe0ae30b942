//! The words of the chart `compare`.

use crate::report::words::language::Language;

/// Its words in one language.
pub(crate) struct CompareWords {
    /// Title: how many medians are longer, and how many shorter, of how many.
    pub finding: &'static str,
    /// The rest of a title where endpoints fail more often than in the baseline: how many.
    pub failing: &'static str,
    /// How many of its calls fail now: a share.
    pub fails: &'static str,
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
    /// The run that the other is held against: its id.
    pub baseline: &'static str,
    /// What is faster.
    pub faster: &'static str,
    /// What is slower.
    pub slower: &'static str,
    /// A difference that is there and may be too small to matter.
    pub unproven: &'static str,
    /// A difference that is too small to matter.
    pub same: &'static str,
    /// What is not decided.
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
    finding: "Medians against the baseline: {} of {} longer, {} shorter",
    failing: "; more failed calls: {}",
    fails: "{} fail",
    none: "Medians against the baseline: none of {} proven longer or shorter",
    side_by_side: "The medians of two runs side by side",
    what: "{}, change of the median time per call",
    left_of_zero: "left of zero it is faster than the baseline",
    descriptive: "measured one after the other: nothing is decided",
    baseline: "baseline: {}",
    faster: "faster than the baseline",
    slower: "slower than the baseline",
    unproven: "a difference, perhaps too small to matter",
    same: "no difference that matters",
    unclear: "not decided",
    only_one: "in one run only",
    axis: "change of the median",
};

const GERMAN: CompareWords = CompareWords {
    finding: "Mediane gegen den Vergleichslauf: {} von {} länger, {} kürzer",
    failing: "; mehr Fehler: {}",
    fails: "{} Fehler",
    none: "Mediane gegen den Vergleichslauf: von {} keiner nachweislich länger oder kürzer",
    side_by_side: "Die Mediane zweier Läufe nebeneinander",
    what: "{}, Änderung des Medians der Zeit je Aufruf",
    left_of_zero: "links von null ist es schneller als im Vergleichslauf",
    descriptive: "nacheinander gemessen: nichts ist entschieden",
    baseline: "Vergleichslauf: {}",
    faster: "schneller als im Vergleichslauf",
    slower: "langsamer als im Vergleichslauf",
    unproven: "ein Unterschied, vielleicht ohne Belang",
    same: "kein Unterschied von Belang",
    unclear: "nicht entschieden",
    only_one: "nur in einem Lauf",
    axis: "Änderung des Medians",
};

const FRENCH: CompareWords = CompareWords {
    finding: "Médianes face à la référence : {} sur {} plus longues, {} plus courtes",
    failing: " ; plus d’échecs : {}",
    fails: "{} d’échecs",
    none: "Médianes face à la référence : sur {}, aucune plus longue ou plus courte de façon prouvée",
    side_by_side: "Les médianes de deux mesures côte à côte",
    what: "{}, variation de la médiane du temps par appel",
    left_of_zero: "à gauche de zéro, c’est plus rapide que la référence",
    descriptive: "mesurés l’un après l’autre : rien n’est décidé",
    baseline: "référence : {}",
    faster: "plus rapide que la référence",
    slower: "plus lent que la référence",
    unproven: "une différence, peut-être trop petite pour compter",
    same: "pas de différence qui compte",
    unclear: "non tranché",
    only_one: "dans une seule mesure",
    axis: "variation de la médiane",
};

const SPANISH: CompareWords = CompareWords {
    finding: "Medianas frente a la referencia: {} de {} más largas, {} más cortas",
    failing: "; más fallos: {}",
    fails: "{} de fallos",
    none: "Medianas frente a la referencia: de {}, ninguna más larga o más corta de forma probada",
    side_by_side: "Las medianas de dos mediciones, una al lado de otra",
    what: "{}, cambio de la mediana del tiempo por llamada",
    left_of_zero: "a la izquierda de cero, es más rápido que la referencia",
    descriptive: "medidas una tras otra: nada está decidido",
    baseline: "referencia: {}",
    faster: "más rápido que la referencia",
    slower: "más lento que la referencia",
    unproven: "una diferencia, quizá demasiado pequeña para importar",
    same: "sin diferencia que importe",
    unclear: "sin decidir",
    only_one: "solo en una medición",
    axis: "cambio de la mediana",
};
