//! The words of the chart `ecdf`.

use crate::report::words::language::Language;

/// Its words in one language.
pub(crate) struct EcdfWords {
    /// Title: an endpoint, a time, another time.
    pub finding: &'static str,
    /// Title: an endpoint, a time.
    pub alone: &'static str,
    /// Title without a finding.
    pub question: &'static str,
    /// What is shown: operation.
    pub what: &'static str,
    /// Of the time axis.
    pub log_scale: &'static str,
    /// What a curve that ends early means.
    pub unanswered: &'static str,
    /// Beside the end of such a curve: a share.
    pub failed: &'static str,
    /// What grey means.
    pub grey: &'static str,
    /// What a dot means.
    pub median: &'static str,
    /// Label of the axis.
    pub time: &'static str,
}

/// Its words in that language.
pub(crate) fn words(language: Language) -> &'static EcdfWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

const ENGLISH: EcdfWords = EcdfWords {
    finding: "{} answers half of the calls within {}, global within {}",
    alone: "{} answers half of the calls within {}",
    question: "What share of calls is answered within a given time?",
    what: "{}, cumulative share of calls answered",
    log_scale: "log scale",
    unanswered: "a curve that ends below 100 % has failed calls",
    failed: "{} failed",
    grey: "grey: a check forbids it, see the report",
    median: "dots: the median",
    time: "time per call",
};

const GERMAN: EcdfWords = EcdfWords {
    finding: "{} beantwortet die Hälfte der Aufrufe in {}, global in {}",
    alone: "{} beantwortet die Hälfte der Aufrufe in {}",
    question: "Wie viele Aufrufe sind nach einer Zeit beantwortet?",
    what: "{}, Anteil der Aufrufe, die nach einer Zeit beantwortet sind",
    log_scale: "logarithmisch",
    unanswered: "eine Kurve, die unter 100 % endet, hat gescheiterte Aufrufe",
    failed: "{} gescheitert",
    grey: "grau: eine Prüfung verbietet es, siehe Bericht",
    median: "Punkte: der Median",
    time: "Zeit je Aufruf",
};

const FRENCH: EcdfWords = EcdfWords {
    finding: "{} répond à la moitié des appels en {}, global en {}",
    alone: "{} répond à la moitié des appels en {}",
    question: "Combien d’appels ont leur réponse après un temps donné ?",
    what: "{}, part des appels répondus en un temps donné",
    log_scale: "échelle log",
    unanswered: "une courbe finissant sous 100 % a des appels échoués",
    failed: "{} échoués",
    grey: "gris : un contrôle l’interdit, voir le rapport",
    median: "points : la médiane",
    time: "temps par appel",
};

const SPANISH: EcdfWords = EcdfWords {
    finding: "{} responde la mitad de las llamadas en {}, global en {}",
    alone: "{} responde la mitad de las llamadas en {}",
    question: "¿Cuántas llamadas tienen respuesta en un tiempo dado?",
    what: "{}, parte de las llamadas con respuesta en un tiempo dado",
    log_scale: "escala log",
    unanswered: "una curva que acaba bajo el 100 % tiene llamadas fallidas",
    failed: "{} fallidas",
    grey: "gris: una comprobación lo prohíbe, véase el informe",
    median: "puntos: la mediana",
    time: "tiempo por llamada",
};
