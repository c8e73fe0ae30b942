//! Laws of latency whose percentiles are known exactly, from polite to nasty: what every interval is held against.
//!
//! The logarithm of a latency is that of the median, plus a first-order autoregression (congestion that lasts), plus normal
//! noise. Now and then a call takes a spike instead, as a lost packet makes one: Pareto's law from 200 ms on, at most 10 s.

use statrs::function::erf::erfc;

use super::noise::Noise;

/// One law of latency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    /// As in the report.
    pub name: &'static str,
    /// Standard deviation of what differs from call to call, log scale.
    own: f64,
    /// Standard deviation of what lasts, log scale.
    lasting: f64,
    /// How much of what lasts is left at the next call, 0–1.
    left: f64,
    spikes: Spikes,
    /// Calls of one connection, which one of two servers answers; 0 for one server alone.
    sticky: usize,
    /// Whether that number is exponential and this its mean.
    random: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Spikes {
    Never,
    Alone,
    /// In 3 % of the time, and there every second call: while a first-order autoregression of its own lies above its 97 % point.
    Bursts,
}

/// Independent calls.
pub const S0: Law = Law {
    name: "S0",
    own: 0.15,
    lasting: 0.0,
    left: 0.0,
    spikes: Spikes::Never,
    sticky: 0,
    random: false,
};
/// Independent calls, 1.5 % of them spikes.
pub const S1: Law = Law {
    name: "S1",
    spikes: Spikes::Alone,
    ..S0
};
/// Calls that resemble their neighbours, and 1.5 % spikes.
pub const S2: Law = Law {
    name: "S2",
    own: 0.12,
    lasting: 0.08,
    left: 0.9,
    spikes: Spikes::Alone,
    sticky: 0,
    random: false,
};
/// The same with the spikes in bursts.
pub const S3: Law = Law {
    name: "S3",
    spikes: Spikes::Bursts,
    ..S2
};
/// A slow drift: what lasts does so for hundreds of calls.
pub const S4: Law = Law {
    name: "S4",
    left: 0.995,
    ..S2
};
/// Two servers of 50 and 70 ms, and connections that stay at one of them for fifty calls.
pub const S5: Law = Law {
    name: "S5",
    sticky: 50,
    random: true,
    ..S0
};
/// The same with connections that are exchanged after eight calls.
pub const S5B: Law = Law {
    name: "S5b",
    sticky: 8,
    ..S0
};

/// The median, or that of the faster of two servers, ms.
pub const MEDIAN_MS: f64 = 50.0;
/// What the slower server takes longer, log scale: 70 ms instead of 50.
const SLOWER: f64 = 0.336_472_236_621_212_9;
/// The share of connections that the faster server gets.
const FASTER_SHARE: f64 = 0.6;
const SPIKE_SHARE: f64 = 0.015;
const SPIKE_FROM_MS: f64 = 200.0;
const SPIKE_TO_MS: f64 = 10_000.0;
const SPIKE_POWER: f64 = 2.5;
const BURST_SHARE: f64 = 0.03;
/// The normal value that 3 % exceed.
const BURST_FROM: f64 = 1.880_793_608_151_251;
const BURST_LEFT: f64 = 0.97;

impl Law {
    /// Calls of that σ, log scale, of which each resembles the one before it: their correlation is `left`, 0 to 1.
    pub const fn resembling(name: &'static str, sigma: f64, left: f64) -> Self {
        Self {
            name,
            own: 0.0,
            lasting: sigma,
            left,
            ..S0
        }
    }

    /// The same with connections that are exchanged after so many calls on average.
    pub const fn exchanged_on_average(self, name: &'static str, calls: usize) -> Self {
        Self {
            name,
            sticky: calls,
            random: true,
            ..self
        }
    }

    /// The same with connections that are exchanged after so many calls.
    pub const fn exchanged_after(self, name: &'static str, calls: usize) -> Self {
        Self {
            name,
            sticky: calls,
            random: false,
            ..self
        }
    }

    /// A source of latencies of this law, `ratio` times as long where they are no spikes.
    pub fn source(self, ratio: f64, noise: &mut Noise) -> Source {
        let lasting = self.lasting * noise.normal();
        let burst = noise.normal();
        Source {
            law: self,
            base: (MEDIAN_MS * ratio).ln(),
            lasting,
            burst,
            server: 0.0,
            left: 0,
        }
    }

    /// The latency that a share `p` of all calls of this law does not exceed, ns.
    pub fn truth_ns(self, p: f64, ratio: f64) -> f64 {
        let (mut low, mut high) = (1e-3, SPIKE_TO_MS);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if self.share_below(middle / ratio, middle) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        high * 1e6
    }

    /// The share of calls at or below: of the ordinary ones `ordinary_ms`, of spikes `spike_ms`.
    fn share_below(self, ordinary_ms: f64, spike_ms: f64) -> f64 {
        let deviation = self.own.hypot(self.lasting);
        let normal = |shift: f64| {
            erfc(-((ordinary_ms / MEDIAN_MS).ln() - shift) / deviation / 2.0_f64.sqrt()) / 2.0
        };
        let ordinary = if self.sticky > 0 {
            FASTER_SHARE * normal(0.0) + (1.0 - FASTER_SHARE) * normal(SLOWER)
        } else {
            normal(0.0)
        };
        let spike = if spike_ms < SPIKE_FROM_MS {
            0.0
        } else {
            1.0 - (spike_ms / SPIKE_FROM_MS).powf(-SPIKE_POWER)
        };
        match self.spikes {
            Spikes::Never => ordinary,
            Spikes::Alone | Spikes::Bursts => (1.0 - SPIKE_SHARE) * ordinary + SPIKE_SHARE * spike,
        }
    }
}

/// Latencies of one law, one after the other.
pub struct Source {
    law: Law,
    base: f64,
    lasting: f64,
    /// Above [`BURST_FROM`] calls are spikes.
    burst: f64,
    /// What the present connection's server takes longer, log scale.
    server: f64,
    /// Calls until the connection is exchanged.
    left: usize,
}

impl Source {
    /// The next latency, ns, with `common` added to the logarithm of what is no spike.
    pub fn next(&mut self, common: f64, noise: &mut Noise) -> u64 {
        let law = self.law;
        if law.lasting > 0.0 {
            let fresh = law.lasting * (1.0 - law.left * law.left).sqrt();
            self.lasting = law.left * self.lasting + fresh * noise.normal();
        }
        if law.sticky > 0 && self.left == 0 {
            self.server = if noise.happens(FASTER_SHARE) {
                0.0
            } else {
                SLOWER
            };
            self.left = if law.random {
                (1.0 + noise.exponential(law.sticky as f64)) as usize
            } else {
                law.sticky
            };
        }
        self.left = self.left.saturating_sub(1);
        let milliseconds = if self.spikes(noise) {
            (SPIKE_FROM_MS * noise.uniform().powf(-1.0 / SPIKE_POWER)).min(SPIKE_TO_MS)
        } else {
            (self.base + common + self.server + self.lasting + law.own * noise.normal()).exp()
        };
        (milliseconds * 1e6) as u64
    }

    fn spikes(&mut self, noise: &mut Noise) -> bool {
        match self.law.spikes {
            Spikes::Never => false,
            Spikes::Alone => noise.happens(SPIKE_SHARE),
            Spikes::Bursts => {
                self.burst = BURST_LEFT * self.burst
                    + (1.0 - BURST_LEFT * BURST_LEFT).sqrt() * noise.normal();
                self.burst > BURST_FROM && noise.happens(SPIKE_SHARE / BURST_SHARE)
            }
        }
    }
}

/// A first-order autoregression that both sides of a comparison go through.
pub struct Drift {
    at: f64,
    deviation: f64,
    left: f64,
}

impl Drift {
    /// With that standard deviation on the log scale, of which `left` is left at the next round.
    pub fn new(deviation: f64, left: f64, noise: &mut Noise) -> Self {
        Self {
            at: deviation * noise.normal(),
            deviation,
            left,
        }
    }

    /// Its value at the next round, log scale.
    pub fn next(&mut self, noise: &mut Noise) -> f64 {
        self.at = self.left * self.at
            + self.deviation * (1.0 - self.left * self.left).sqrt() * noise.normal();
        self.at
    }
}
