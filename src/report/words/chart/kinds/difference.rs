//! The words of the chart `difference`.

use crate::report::words::language::Language;

/// Its words in one language.
pub(crate) struct DifferenceWords {
    /// Title: an endpoint, a time.
    pub saves: &'static str,
    /// Title: an endpoint, a time.
    pub costs: &'static str,
    /// After either: a time, a percentile.
    pub and_at: &'static str,
    /// Title without a finding.
    pub question: &'static str,
    /// What is shown: operation.
    pub what: &'static str,
    /// Which side is which.
    pub above_zero: &'static str,
    /// Of how many endpoints.
    pub of_endpoints: &'static str,
    /// What grey means.
    pub grey: &'static str,
    /// At zero.
    pub same: &'static str,
    /// Instead of a difference.
    pub uncompared: &'static str,
    /// Label of the axis.
    pub percentile: &'static str,
}

/// Its words in that language.
pub(crate) fn words(language: Language) -> &'static DifferenceWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

const ENGLISH: DifferenceWords = DifferenceWords {
    saves: "{} saves {} a call against global at the median",
    costs: "{} costs {} a call against global at the median",
    and_at: ", {} at {}",
    question: "How much time does a Regional endpoint save, on slow calls too?",
    what: "{}, global minus Regional by percentile",
    above_zero: "above zero Regional is faster",
    of_endpoints: "{} of {} Regional endpoints",
    grey: "grey: a check forbids it, see the report",
    same: "as fast as global",
    uncompared: "not compared",
    percentile: "percentile of the time per call",
};

const GERMAN: DifferenceWords = DifferenceWords {
    saves: "{} spart {} je Aufruf gegenüber global, im Median",
    costs: "{} kostet {} je Aufruf gegenüber global, im Median",
    and_at: ", {} bei {}",
    question: "Wie viel Zeit spart ein regionaler Endpunkt, auch bei langsamen Aufrufen?",
    what: "{}, global minus regional nach Perzentil",
    above_zero: "über null ist regional schneller",
    of_endpoints: "{} von {} regionalen Endpunkten",
    grey: "grau: eine Prüfung verbietet es, siehe Bericht",
    same: "so schnell wie global",
    uncompared: "nicht verglichen",
    percentile: "Perzentil der Zeit je Aufruf",
};

const FRENCH: DifferenceWords = DifferenceWords {
    saves: "{} gagne {} par appel face à global, en médiane",
    costs: "{} coûte {} par appel face à global, en médiane",
    and_at: ", {} à {}",
    question: "Combien de temps gagne un point d’accès régional, même aux appels lents ?",
    what: "{}, global moins régional par centile",
    above_zero: "au-dessus de zéro, le régional est plus rapide",
    of_endpoints: "points d’accès régionaux : {} sur {}",
    grey: "gris : un contrôle l’interdit, voir le rapport",
    same: "aussi rapide que global",
    uncompared: "non comparé",
    percentile: "centile du temps par appel",
};

const SPANISH: DifferenceWords = DifferenceWords {
    saves: "{} ahorra {} por llamada frente a global, en la mediana",
    costs: "{} cuesta {} por llamada frente a global, en la mediana",
    and_at: ", {} en {}",
    question: "¿Cuánto tiempo ahorra un punto de conexión regional, también en llamadas lentas?",
    what: "{}, global menos regional por percentil",
    above_zero: "sobre cero, el regional es más rápido",
    of_endpoints: "{} de {} puntos de conexión regionales",
    grey: "gris: una comprobación lo prohíbe, véase el informe",
    same: "tan rápido como global",
    uncompared: "sin comparar",
    percentile: "percentil del tiempo por llamada",
};
