// One POST per arrival, or per turn of a user, with the headers that the caller names.
import http from "k6/http";

const connections = Number(__ENV.CONNECTIONS);
const rate = Number(__ENV.RATE);

function scenario() {
  if (__ENV.ONCE) return { executor: "per-vu-iterations", vus: 1, iterations: 1 };
  if (rate === 0) return { executor: "constant-vus", vus: connections, duration: __ENV.LENGTH, gracefulStop: "1s" };
  return {
    executor: "constant-arrival-rate",
    rate,
    timeUnit: "1s",
    duration: __ENV.LENGTH,
    preAllocatedVUs: connections,
    maxVUs: connections,
  };
}

export const options = { discardResponseBodies: true, scenarios: { load: scenario() } };
const parameters = { headers: JSON.parse(__ENV.HEADERS) };

export default function () {
  http.post(__ENV.TARGET, __ENV.BODY, parameters);
}
