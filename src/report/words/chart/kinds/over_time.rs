//! The words of the charts `trend` and `windows`.

use crate::report::words::language::Language;

/// Their words in one language.
pub(crate) struct OverTimeWords {
    /// Title of runs of which the latest is slower: an endpoint, and of how much of what was expected.
    pub slower_title: &'static str,
    /// After that: how many more endpoints.
    pub and_more: &'static str,
    /// Title of runs of which the latest is as before: of how many endpoints.
    pub steady_title: &'static str,
    /// Title where some are beyond the limit for the first time: how many, of how many endpoints.
    pub once_title: &'static str,
    /// Title of runs without a finding.
    pub trend_question: &'static str,
    /// Title of windows.
    pub windows_question: &'static str,
    /// What is shown: operation, kind of connection, percentile.
    pub what: &'static str,
    /// How sure: a confidence.
    pub bands: &'static str,
    /// Of the axes.
    pub own_scale: &'static str,
    /// How many runs.
    pub runs: &'static str,
    /// How many windows.
    pub windows: &'static str,
    /// Beyond the limit.
    pub slower: &'static str,
    /// What the dashes are.
    pub limit: &'static str,
    /// What the shading is.
    pub episode: &'static str,
    /// What a triangle is.
    pub target_change: &'static str,
    /// A letter with its note.
    pub all_shift: &'static str,
    /// What a note says changed.
    pub deadlines_changed: &'static str,
    /// What a note says changed.
    pub connections_changed: &'static str,
    /// What a note says changed.
    pub rate_changed: &'static str,
    /// What a note says changed.
    pub resolver_changed: &'static str,
    /// How many endpoints are folded, and their times.
    pub not_shown: &'static str,
    /// One endpoint is folded, and its time.
    pub one_not_shown: &'static str,
    /// Instead of the times of those that are folded.
    pub no_data: &'static str,
    /// Heading of a column.
    pub latest: &'static str,
    /// Heading of a column.
    pub from_to: &'static str,
    /// Heading of a column.
    pub all: &'static str,
    /// From where.
    pub from: &'static str,
    /// The badge of simulated runs.
    pub simulated: &'static str,
    /// What grey means.
    pub grey: &'static str,
}

/// Their words in that language.
pub(crate) fn words(language: Language) -> &'static OverTimeWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

const ENGLISH: OverTimeWords = OverTimeWords {
    slower_title: "{} is slower than before: {} of what was expected",
    and_more: ", and {} more",
    steady_title: "None of {} endpoints is slower than before",
    once_title: "{} of {} endpoints beyond the limit for the first time",
    trend_question: "Are the endpoints steady from run to run?",
    windows_question: "Are the endpoints steady from window to window?",
    what: "{}, {}: {} time per call",
    bands: "bands: {} interval",
    own_scale: "each strip has its own linear scale",
    runs: "{} runs",
    windows: "{} windows",
    slower: "slower than before",
    limit: "dashed: limit of what was expected",
    episode: "shaded: a stretch in which it was slower",
    target_change: "triangle: other addresses or another Region answered",
    all_shift: "all endpoints together changed",
    deadlines_changed: "the deadlines changed",
    connections_changed: "the number of connections per endpoint changed",
    rate_changed: "the rate per endpoint changed",
    resolver_changed: "the resolver changed",
    not_shown: "Not shown: {} endpoints, {}",
    one_not_shown: "Not shown: 1 endpoint, {}",
    no_data: "no data",
    latest: "latest",
    from_to: "lowest–highest",
    all: "all windows",
    from: "from {}",
    simulated: "SIMULATED – not a measurement of AWS",
    grey: "grey: a check forbids it, see the report",
};

const GERMAN: OverTimeWords = OverTimeWords {
    slower_title: "{} ist langsamer als zuvor: {} des Erwarteten",
    and_more: ", und {} weitere",
    steady_title: "Keiner von {} Endpunkten ist langsamer als zuvor",
    once_title: "{} von {} Endpunkten zum ersten Mal über der Grenze",
    trend_question: "Halten Endpunkte ihre Zeit von Lauf zu Lauf?",
    windows_question: "Halten Endpunkte ihre Zeit von Fenster zu Fenster?",
    what: "{}, {}: {} der Zeit je Aufruf",
    bands: "Bänder: {}-Intervall",
    own_scale: "jeder Streifen hat seine eigene lineare Skala",
    runs: "{} Läufe",
    windows: "{} Fenster",
    slower: "langsamer als zuvor",
    limit: "gestrichelt: Grenze des Erwarteten",
    episode: "schattiert: eine Zeit, in der er langsamer war",
    target_change: "Dreieck: andere Adressen oder eine andere Region antworteten",
    all_shift: "alle Endpunkte zusammen änderten sich",
    deadlines_changed: "die Fristen änderten sich",
    connections_changed: "die Zahl der Verbindungen je Endpunkt änderte sich",
    rate_changed: "die Rate je Endpunkt änderte sich",
    resolver_changed: "der Namensauflöser änderte sich",
    not_shown: "Nicht gezeigt: {} Endpunkte, {}",
    one_not_shown: "Nicht gezeigt: 1 Endpunkt, {}",
    no_data: "keine Daten",
    latest: "zuletzt",
    from_to: "kleinster–größter",
    all: "alle Fenster",
    from: "von {}",
    simulated: "SIMULIERT – keine Messung von AWS",
    grey: "grau: eine Prüfung verbietet es, siehe Bericht",
};

const FRENCH: OverTimeWords = OverTimeWords {
    slower_title: "{} est plus lent qu’avant : {} du temps attendu",
    and_more: ", et {} autres",
    steady_title: "Aucun des {} points d’accès n’est plus lent qu’avant",
    once_title: "{} points d’accès sur {} au-delà de la limite pour la première fois",
    trend_question: "Les points d’accès gardent-ils leur temps d’une mesure à l’autre ?",
    windows_question: "Les points d’accès gardent-ils leur temps d’une fenêtre à l’autre ?",
    what: "{}, {} : {} du temps par appel",
    bands: "bandes : intervalle à {}",
    own_scale: "chaque bande a sa propre échelle linéaire",
    runs: "{} mesures",
    windows: "{} fenêtres",
    slower: "plus lent qu’avant",
    limit: "tirets : limite de ce qui était attendu",
    episode: "ombré : une période où il était plus lent",
    target_change: "triangle : d’autres adresses ou une autre région ont répondu",
    all_shift: "tous les points d’accès ont changé ensemble",
    deadlines_changed: "les délais ont changé",
    connections_changed: "le nombre de connexions par point d’accès a changé",
    rate_changed: "le débit par point d’accès a changé",
    resolver_changed: "le résolveur a changé",
    not_shown: "Non affichés : {} points d’accès, {}",
    one_not_shown: "Non affiché : 1 point d’accès, {}",
    no_data: "aucune donnée",
    latest: "dernier",
    from_to: "min–max",
    all: "toutes les fenêtres",
    from: "depuis {}",
    simulated: "SIMULÉ – pas une mesure d’AWS",
    grey: "gris : un contrôle l’interdit, voir le rapport",
};

const SPANISH: OverTimeWords = OverTimeWords {
    slower_title: "{} es más lento que antes: {} de lo esperado",
    and_more: ", y {} más",
    steady_title: "Ninguno de {} puntos de conexión es más lento que antes",
    once_title: "{} de {} puntos de conexión por encima del límite por primera vez",
    trend_question: "¿Mantienen los puntos de conexión su tiempo de medición a medición?",
    windows_question: "¿Mantienen los puntos de conexión su tiempo de ventana a ventana?",
    what: "{}, {}: {} del tiempo por llamada",
    bands: "bandas: intervalo del {}",
    own_scale: "cada banda tiene su propia escala lineal",
    runs: "{} mediciones",
    windows: "{} ventanas",
    slower: "más lento que antes",
    limit: "a trazos: límite de lo esperado",
    episode: "sombreado: un tiempo en que fue más lento",
    target_change: "triángulo: respondieron otras direcciones u otra región",
    all_shift: "todos los puntos de conexión cambiaron juntos",
    deadlines_changed: "los plazos cambiaron",
    connections_changed: "el número de conexiones por punto de conexión cambió",
    rate_changed: "la tasa por punto de conexión cambió",
    resolver_changed: "el resolvedor cambió",
    not_shown: "No se muestran: {} puntos de conexión, {}",
    one_not_shown: "No se muestra: 1 punto de conexión, {}",
    no_data: "sin datos",
    latest: "último",
    from_to: "mín–máx",
    all: "todas las ventanas",
    from: "desde {}",
    simulated: "SIMULADO – no es una medición de AWS",
    grey: "gris: una comprobación lo prohíbe, véase el informe",
};
