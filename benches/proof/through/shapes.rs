//! Shapes of latency beside each other: independent calls whose medians are equal and whose spreads are not.

use statrs::function::erf::erfc;

use super::super::simulations::noise::Noise;

/// The law of independent times, before it is scaled to a median.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Log-normal with that σ.
    Spread(f64),
    /// A share of calls around 1, the others around `other`, each log-normal with that σ.
    Two { share: f64, other: f64, sigma: f64 },
    /// A least time, and an exponential part of that mean on top of it, in parts of the least.
    Shifted(f64),
    /// A most time, and an exponential part of that mean taken off, in parts of the most.
    LongLow(f64),
    /// Pareto's law of that power.
    Pareto(f64),
    /// Log-normal σ 0.15, 1.5 % of the calls 200 ms longer.
    Spikes,
}

/// What a spike adds, in parts of the median of 50 ms.
const SPIKE: f64 = 4.0;
/// No answer takes longer.
const DEADLINE_NS: f64 = 15e9;
const SPIKE_SHARE: f64 = 0.015;
const SPIKY_SIGMA: f64 = 0.15;

impl Shape {
    /// One time, unscaled.
    fn draw(self, noise: &mut Noise) -> f64 {
        match self {
            Self::Spread(sigma) => (sigma * noise.normal()).exp(),
            Self::Two {
                share,
                other,
                sigma,
            } => {
                let centre = if noise.happens(share) { 1.0 } else { other };
                centre * (sigma * noise.normal()).exp()
            }
            Self::Shifted(mean) => 1.0 + noise.exponential(mean),
            Self::LongLow(mean) => (1.0 - noise.exponential(mean)).max(0.01),
            Self::Pareto(power) => noise.uniform().powf(-1.0 / power),
            Self::Spikes => {
                let usual = (SPIKY_SIGMA * noise.normal()).exp();
                usual
                    + if noise.happens(SPIKE_SHARE) {
                        SPIKE
                    } else {
                        0.0
                    }
            }
        }
    }

    /// The share of unscaled times at or below `x`.
    fn share_below(self, x: f64) -> f64 {
        let normal = |x: f64, sigma: f64| {
            if x <= 0.0 {
                0.0
            } else {
                erfc(-x.ln() / sigma / 2.0_f64.sqrt()) / 2.0
            }
        };
        match self {
            Self::Spread(sigma) => normal(x, sigma),
            Self::Two {
                share,
                other,
                sigma,
            } => share * normal(x, sigma) + (1.0 - share) * normal(x / other, sigma),
            Self::Shifted(mean) => 1.0 - (-(x - 1.0).max(0.0) / mean).exp(),
            Self::LongLow(mean) => (-(1.0 - x).max(0.0) / mean).exp(),
            Self::Pareto(power) => 1.0 - x.max(1.0).powf(-power),
            Self::Spikes => {
                (1.0 - SPIKE_SHARE) * normal(x, SPIKY_SIGMA)
                    + SPIKE_SHARE * normal(x - SPIKE, SPIKY_SIGMA)
            }
        }
    }

    /// The unscaled time that a share `p` does not exceed.
    fn quantile(self, p: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1e6);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if self.share_below(middle) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// Times of this shape with a median of so many ms.
    pub fn with_median(self, milliseconds: f64) -> Times {
        let scale_ns = milliseconds * 1e6 / self.quantile(0.5);
        Times {
            shape: self,
            scale_ns,
            whole_ms: false,
        }
    }
}

/// A source of independent times.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    shape: Shape,
    scale_ns: f64,
    whole_ms: bool,
}

impl Times {
    /// The same by a clock that knows whole milliseconds only.
    pub fn in_whole_ms(self) -> Self {
        Self {
            whole_ms: true,
            ..self
        }
    }

    /// The next one, ns.
    pub fn next(self, noise: &mut Noise) -> u64 {
        self.by_clock((self.scale_ns * self.shape.draw(noise)).min(DEADLINE_NS))
    }

    /// The time that a share `p` of all calls does not exceed, ns.
    pub fn truth_ns(self, p: f64) -> f64 {
        self.by_clock(self.scale_ns * self.shape.quantile(p)) as f64
    }

    fn by_clock(self, nanoseconds: f64) -> u64 {
        if self.whole_ms {
            ((nanoseconds / 1e6).round() * 1e6) as u64
        } else {
            nanoseconds as u64
        }
    }
}
