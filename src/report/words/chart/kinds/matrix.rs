//! The words of the chart `matrix`.

use crate::report::words::language::Language;
use crate::report::words::numbers::milliseconds;

/// Its words in one language.
pub(crate) struct MatrixWords {
    /// Title: in how many places time is saved, of how many.
    pub saves: &'static str,
    /// The same of one place: 0 or 1.
    pub saves_of_one: &'static str,
    /// After either: in how many places it costs time.
    pub costs: &'static str,
    /// After either: how many places come to no decision.
    pub undecided: &'static str,
    /// What is shown: operation, kind of connection.
    pub what: &'static str,
    /// Of the shades.
    pub doubling: &'static str,
    /// How sure: a confidence.
    pub together: &'static str,
    /// What the picture does not do.
    pub no_comparison: &'static str,
    /// How many places.
    pub places: &'static str,
    /// One place.
    pub one_place: &'static str,
    /// Heading of a column.
    pub served_by: &'static str,
    /// Instead of a Region, where several served.
    pub several: &'static str,
    /// Heading of a column.
    pub day: &'static str,
    /// The mark of the Region's own endpoint.
    pub own_region: &'static str,
    /// The mark of the fastest.
    pub fastest: &'static str,
    /// The mark of what ties with it.
    pub tied: &'static str,
    /// What grey means.
    pub grey: &'static str,
    /// The badge of simulated places: how many of how many.
    pub simulated: &'static str,
    /// The badge where all are simulated.
    pub all_simulated: &'static str,
    /// How many endpoints are folded, and their least times.
    pub not_shown: &'static str,
    /// One endpoint is folded, and its least time.
    pub one_not_shown: &'static str,
    /// Instead of the times of those that are folded.
    pub no_data: &'static str,
}

/// Its words in that language.
pub(crate) fn words(language: Language) -> &'static MatrixWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

/// A time in the few letters that a cell has room for: `4.3`, `61`, `812` ms, and from a second on `1.2s`.
pub(crate) fn cell_time(language: Language, nanoseconds: f64) -> String {
    let time = milliseconds(nanoseconds);
    let text = match time {
        time if time < 9.95 => format!("{time:.1}"),
        time if time < 999.5 => format!("{time:.0}"),
        time if time < 9_950.0 => format!("{:.1}s", time / 1e3),
        time => format!("{:.0}s", time / 1e3),
    };
    language.number(&text)
}

const ENGLISH: MatrixWords = MatrixWords {
    saves: "AWS_STS_REGIONAL_ENDPOINTS=regional saves time in {} of {} places",
    saves_of_one: "AWS_STS_REGIONAL_ENDPOINTS=regional saves time in {} of 1 place",
    costs: ", costs time in {}",
    undecided: ", {} undecided",
    what: "{}, {}: p50 time per call in ms",
    doubling: "each shade stands for twice the time",
    together: "all decisions hold together with {} confidence",
    no_comparison: "no place is compared with another",
    places: "{} places",
    one_place: "1 place",
    served_by: "global by",
    several: "several",
    day: "day",
    own_region: "endpoint of the place’s Region",
    fastest: "fastest of its row",
    tied: "not proven slower",
    grey: "grey: a check forbids it",
    simulated: "SIMULATED in {} of {} places – not a measurement of AWS",
    all_simulated: "SIMULATED – not a measurement of AWS",
    not_shown: "Not shown: {} endpoints, {} from the nearest place",
    one_not_shown: "Not shown: 1 endpoint, {} from the nearest place",
    no_data: "no data",
};

const GERMAN: MatrixWords = MatrixWords {
    saves: "AWS_STS_REGIONAL_ENDPOINTS=regional spart Zeit an {} von {} Orten",
    saves_of_one: "AWS_STS_REGIONAL_ENDPOINTS=regional spart Zeit an {} von 1 Ort",
    costs: ", kostet Zeit an {}",
    undecided: ", {} unentschieden",
    what: "{}, {}: p50 der Zeit je Aufruf in ms",
    doubling: "jeder Farbton steht für die doppelte Zeit",
    together: "alle Entscheidungen gelten zusammen mit {} Sicherheit",
    no_comparison: "kein Ort wird mit einem anderen verglichen",
    places: "{} Orte",
    one_place: "1 Ort",
    served_by: "global aus",
    several: "mehreren",
    day: "Tag",
    own_region: "Endpunkt der Region des Ortes",
    fastest: "der schnellste der Zeile",
    tied: "nicht nachweislich langsamer",
    grey: "grau: eine Prüfung verbietet es",
    simulated: "SIMULIERT an {} von {} Orten – keine Messung von AWS",
    all_simulated: "SIMULIERT – keine Messung von AWS",
    not_shown: "Nicht gezeigt: {} Endpunkte, {} vom nächsten Ort aus",
    one_not_shown: "Nicht gezeigt: 1 Endpunkt, {} vom nächsten Ort aus",
    no_data: "keine Daten",
};

const FRENCH: MatrixWords = MatrixWords {
    saves: "AWS_STS_REGIONAL_ENDPOINTS=regional fait gagner du temps dans {} lieux sur {}",
    saves_of_one: "AWS_STS_REGIONAL_ENDPOINTS=regional fait gagner du temps dans {} lieu sur 1",
    costs: ", en coûte dans {}",
    undecided: ", {} sans décision",
    what: "{}, {} : p50 du temps par appel en ms",
    doubling: "chaque teinte représente le double du temps",
    together: "toutes les décisions sont valables ensemble à {}",
    no_comparison: "aucun lieu n’est comparé à un autre",
    places: "{} lieux",
    one_place: "1 lieu",
    served_by: "global par",
    several: "plusieurs",
    day: "jour",
    own_region: "point d’accès de la région du lieu",
    fastest: "le plus rapide de sa ligne",
    tied: "pas plus lent de façon prouvée",
    grey: "gris : un contrôle l’interdit",
    simulated: "SIMULÉ dans {} lieux sur {} – pas une mesure d’AWS",
    all_simulated: "SIMULÉ – pas une mesure d’AWS",
    not_shown: "Non affichés : {} points d’accès, {} depuis le lieu le plus proche",
    one_not_shown: "Non affiché : 1 point d’accès, {} depuis le lieu le plus proche",
    no_data: "aucune donnée",
};

const SPANISH: MatrixWords = MatrixWords {
    saves: "AWS_STS_REGIONAL_ENDPOINTS=regional ahorra tiempo en {} de {} lugares",
    saves_of_one: "AWS_STS_REGIONAL_ENDPOINTS=regional ahorra tiempo en {} de 1 lugar",
    costs: ", lo hace perder en {}",
    undecided: ", {} sin decidir",
    what: "{}, {}: p50 del tiempo por llamada en ms",
    doubling: "cada tono representa el doble de tiempo",
    together: "todas las decisiones valen juntas con una confianza del {}",
    no_comparison: "ningún lugar se compara con otro",
    places: "{} lugares",
    one_place: "1 lugar",
    served_by: "global por",
    several: "varias",
    day: "día",
    own_region: "punto de conexión de la región del lugar",
    fastest: "el más rápido de su fila",
    tied: "no más lento de forma probada",
    grey: "gris: una comprobación lo prohíbe",
    simulated: "SIMULADO en {} de {} lugares – no es una medición de AWS",
    all_simulated: "SIMULADO – no es una medición de AWS",
    not_shown: "No se muestran: {} puntos de conexión, {} desde el lugar más cercano",
    one_not_shown: "No se muestra: 1 punto de conexión, {} desde el lugar más cercano",
    no_data: "sin datos",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_at_most_four_letters_whatever_the_time() {
        let times = [
            0.04e6, 4.31e6, 9.96e6, 61.4e6, 999.6e6, 1.24e9, 9.97e9, 61e9,
        ];
        let written = times.map(|time| cell_time(Language::English, time));
        assert_eq!(
            written,
            ["0.0", "4.3", "10", "61", "1.0s", "1.2s", "10s", "61s"]
        );
        assert_eq!(cell_time(Language::German, 1.24e9), "1,2s");
    }
}
