// Reads requests as JSON from standard input, [parameters, whether it is signed], makes them in their order with a signer
// of npm (the first argument) as a POST, or as a GET with the signature in the URL (the second), and writes the answers.
import { request as http } from "node:http";
import { request as https } from "node:https";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.MODULES}/`));
const [signer, method] = process.argv.slice(2);
const { AWS_ENDPOINT_URL_STS: endpoint, AWS_REGION: region } = process.env;
const keys = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  sessionToken: process.env.AWS_SESSION_TOKEN,
};
const inUrl = method === "GET";

function sent(options) {
  return new Promise((resolve, reject) => {
    const send = endpoint.startsWith("https:") ? https : http;
    const request = send(options, async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, body: await text(response) });
    });
    request.on("error", reject);
    request.end(options.body);
  });
}

function byAws4(parameters, signed) {
  const { hostname, port } = new URL(endpoint);
  const options = { service: "sts", region, hostname, port, method, signQuery: inUrl };
  Object.assign(options, inUrl ? { path: `/?${parameters}` } : { path: "/", body: parameters });
  if (!signed && !inUrl) options.headers = { "Content-Type": "application/x-www-form-urlencoded" };
  return sent(signed ? require("aws4").sign(options, keys) : options);
}

async function byAws4Fetch(parameters, signed) {
  const { AwsClient } = require("aws4fetch");
  const client = new AwsClient({ ...keys, service: "sts", region, retries: 0 });
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const url = inUrl ? `${endpoint}/?${parameters}` : `${endpoint}/`;
  const init = inUrl ? { method, aws: { signQuery: true } } : { method, headers, body: parameters };
  const response = await (signed ? client.fetch(url, init) : fetch(url, init));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

const answers = [];
for (const asked of JSON.parse(await text(process.stdin))) {
  answers.push(await { aws4: byAws4, aws4fetch: byAws4Fetch }[signer](...asked));
}
process.stdout.write(JSON.stringify(answers));
