//! The words of the chart `savings`.

use crate::report::words::language::Language;

/// Its words in one language.
pub(crate) struct SavingsWords {
    /// Title: an endpoint, a time and a kind of connection.
    pub saves: &'static str,
    /// Title: an endpoint, a time and a kind of connection.
    pub costs: &'static str,
    /// After either: a time and a kind of connection.
    pub and: &'static str,
    /// Title without a finding.
    pub question: &'static str,
    /// What is shown: operation, percentile.
    pub what: &'static str,
    /// Which side is which.
    pub left_of_zero: &'static str,
    /// What is saved.
    pub saved: &'static str,
    /// What is lost.
    pub lost: &'static str,
    /// A difference that is there and may be too small to matter.
    pub unproven: &'static str,
    /// A difference that is too small to matter.
    pub same: &'static str,
    /// What is not decided.
    pub unclear: &'static str,
    /// What grey means.
    pub grey: &'static str,
    /// Endpoints without a comparison.
    pub uncompared: &'static str,
    /// Label of the axis.
    pub axis: &'static str,
}

/// Its words in that language.
pub(crate) fn words(language: Language) -> &'static SavingsWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

const ENGLISH: SavingsWords = SavingsWords {
    saves: "{} saves {} a call ({})",
    costs: "{} costs {} a call ({})",
    and: ", {} ({})",
    question: "How much time does each Regional endpoint save?",
    what: "{}, {} time per call: global minus Regional",
    left_of_zero: "left of zero global is faster",
    saved: "Regional is faster",
    lost: "global is faster",
    unproven: "a difference, perhaps too small to matter",
    same: "no difference that matters",
    unclear: "not decided",
    grey: "grey: a check forbids it, see the report",
    uncompared: "not compared",
    axis: "saved a call against the global endpoint",
};

const GERMAN: SavingsWords = SavingsWords {
    saves: "{} spart {} je Aufruf ({})",
    costs: "{} kostet {} je Aufruf ({})",
    and: ", {} ({})",
    question: "Wie viel Zeit spart jeder regionale Endpunkt?",
    what: "{}, {} der Zeit je Aufruf: global minus regional",
    left_of_zero: "links von null ist global schneller",
    saved: "regional ist schneller",
    lost: "global ist schneller",
    unproven: "ein Unterschied, vielleicht ohne Belang",
    same: "kein Unterschied von Belang",
    unclear: "nicht entschieden",
    grey: "grau: eine Prüfung verbietet es, siehe Bericht",
    uncompared: "nicht verglichen",
    axis: "Ersparnis je Aufruf gegenüber dem globalen Endpunkt",
};

const FRENCH: SavingsWords = SavingsWords {
    saves: "{} gagne {} par appel ({})",
    costs: "{} coûte {} par appel ({})",
    and: ", {} ({})",
    question: "Combien de temps gagne chaque point d’accès régional ?",
    what: "{}, {} du temps par appel : global moins régional",
    left_of_zero: "à gauche de zéro, global est plus rapide",
    saved: "le régional est plus rapide",
    lost: "global est plus rapide",
    unproven: "une différence, peut-être trop petite pour compter",
    same: "pas de différence qui compte",
    unclear: "non tranché",
    grey: "gris : un contrôle l’interdit, voir le rapport",
    uncompared: "non comparé",
    axis: "gain par appel face au point d’accès global",
};

const SPANISH: SavingsWords = SavingsWords {
    saves: "{} ahorra {} por llamada ({})",
    costs: "{} cuesta {} por llamada ({})",
    and: ", {} ({})",
    question: "¿Cuánto tiempo ahorra cada punto de conexión regional?",
    what: "{}, {} del tiempo por llamada: global menos regional",
    left_of_zero: "a la izquierda de cero, global es más rápido",
    saved: "el regional es más rápido",
    lost: "global es más rápido",
    unproven: "una diferencia, quizá demasiado pequeña para importar",
    same: "sin diferencia que importe",
    unclear: "sin decidir",
    grey: "gris: una comprobación lo prohíbe, véase el informe",
    uncompared: "sin comparar",
    axis: "ahorro por llamada frente al punto de conexión global",
};
