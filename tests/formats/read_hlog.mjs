// Adds the intervals of a log up by tag and prints what they amount to, with hdr-histogram-js: node read_hlog.mjs DIRECTORY-OF-MODULES LOG

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [modules, log] = process.argv.slice(2);
const hdr = createRequire(join(resolve(modules), "package.json"))("hdr-histogram-js");

const reader = new hdr.HistogramLogReader(readFileSync(log, "utf8"));
const sums = new Map();
for (let histogram = reader.nextIntervalHistogram(); histogram; histogram = reader.nextIntervalHistogram()) {
  if (!sums.has(histogram.tag)) {
    sums.set(histogram.tag, hdr.build({ lowestDiscernibleValue: 1, highestTrackableValue: 3600e9, bitBucketSize: 64 }));
  }
  sums.get(histogram.tag).add(histogram);
}
const told = [...sums].filter(([, sum]) => sum.totalCount > 0).map(([tag, sum]) => [
  tag,
  {
    count: sum.totalCount,
    p50: sum.getValueAtPercentile(50),
    p95: sum.getValueAtPercentile(95),
    max: sum.maxValue,
    distribution: sum.outputPercentileDistribution(5, 1e6),
  },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(told)));
