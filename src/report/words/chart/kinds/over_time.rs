//! The words of the charts `trend` and `windows`.

use crate::report::words::language::Language;

/// Their words in one language.
pub(crate) struct OverTimeWords {
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
    trend_question: "Do endpoints keep their time from run to run?",
    windows_question: "Do endpoints keep their time from window to window?",
    what: "{} ({}), {} time per call",
    bands: "bands: {} interval",
    own_scale: "each strip has its own linear scale",
    runs: "{} runs",
    windows: "{} windows",
    slower: "slower than before",
    limit: "dashed: limit of what was expected",
    episode: "shaded: a stretch in which it was slower",
    target_change: "triangle: other addresses or another Region answered",
    all_shift: "all endpoints together changed",
    latest: "latest",
    from_to: "lowest–highest",
    all: "all windows",
    from: "from {}",
    simulated: "SIMULATED – not a measurement of AWS",
    grey: "grey: a check forbids it, see the report",
};

const GERMAN: OverTimeWords = OverTimeWords {
    trend_question: "Halten Endpunkte ihre Zeit von Lauf zu Lauf?",
    windows_question: "Halten Endpunkte ihre Zeit von Fenster zu Fenster?",
    what: "{} ({}), {} der Zeit je Aufruf",
    bands: "Bänder: {}-Intervall",
    own_scale: "jeder Streifen hat seine eigene lineare Skala",
    runs: "{} Läufe",
    windows: "{} Fenster",
    slower: "langsamer als zuvor",
    limit: "gestrichelt: Grenze des Erwarteten",
    episode: "schattiert: eine Zeit, in der er langsamer war",
    target_change: "Dreieck: andere Adressen oder eine andere Region antworteten",
    all_shift: "alle Endpunkte zusammen änderten sich",
    latest: "zuletzt",
    from_to: "kleinster–größter",
    all: "alle Fenster",
    from: "von {}",
    simulated: "SIMULIERT – keine Messung von AWS",
    grey: "grau: eine Prüfung verbietet es, siehe Bericht",
};

const FRENCH: OverTimeWords = OverTimeWords {
    trend_question: "Les points d’accès gardent-ils leur temps d’une mesure à l’autre ?",
    windows_question: "Les points d’accès gardent-ils leur temps d’une fenêtre à l’autre ?",
    what: "{} ({}), {} du temps par appel",
    bands: "bandes : intervalle à {}",
    own_scale: "chaque bande a sa propre échelle linéaire",
    runs: "{} mesures",
    windows: "{} fenêtres",
    slower: "plus lent qu’avant",
    limit: "tirets : limite de ce qui était attendu",
    episode: "ombré : une période où il était plus lent",
    target_change: "triangle : d’autres adresses ou une autre région ont répondu",
    all_shift: "tous les points d’accès ont changé ensemble",
    latest: "dernier",
    from_to: "min–max",
    all: "toutes les fenêtres",
    from: "depuis {}",
    simulated: "SIMULÉ – pas une mesure d’AWS",
    grey: "gris : un contrôle l’interdit, voir le rapport",
};

const SPANISH: OverTimeWords = OverTimeWords {
    trend_question: "¿Mantienen los puntos de conexión su tiempo de medición a medición?",
    windows_question: "¿Mantienen los puntos de conexión su tiempo de ventana a ventana?",
    what: "{} ({}), {} del tiempo por llamada",
    bands: "bandas: intervalo del {}",
    own_scale: "cada banda tiene su propia escala lineal",
    runs: "{} mediciones",
    windows: "{} ventanas",
    slower: "más lento que antes",
    limit: "a trazos: límite de lo esperado",
    episode: "sombreado: un tiempo en que fue más lento",
    target_change: "triángulo: respondieron otras direcciones u otra región",
    all_shift: "todos los puntos de conexión cambiaron juntos",
    latest: "último",
    from_to: "mín–máx",
    all: "todas las ventanas",
    from: "desde {}",
    simulated: "SIMULADO – no es una medición de AWS",
    grey: "gris: una comprobación lo prohíbe, véase el informe",
};
