// What the AWS SDKs for JavaScript, version 2 and 3, call in each environment: JSON from standard input, JSON out.
// Nothing is sent: the request is taken where it would be.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const modules = createRequire(`${process.env.MODULES}/`);

const scope = (header) => /Credential=[^/]+\/\d+\/([^/]+)\/sts\//.exec(header)[1];
const taken = (found, protocol, host, header) => {
  Object.assign(found, { url: `${protocol}//${host}`, signing_region: scope(header) });
  return Object.assign(new Error("taken"), { retryable: false });
};

async function version3(found) {
  const { STSClient, GetCallerIdentityCommand } = modules("@aws-sdk/client-sts");
  const handle = async ({ protocol, hostname, port, headers }) => {
    throw taken(found, protocol, port ? `${hostname}:${port}` : hostname, headers.authorization);
  };
  const requestHandler = { handle, metadata: { handlerProtocol: "http/1.1" }, destroy() {} };
  // Keys of its own: with a named profile it reads none from the variables.
  const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
  await new STSClient({ requestHandler, credentials, maxAttempts: 1 }).send(new GetCallerIdentityCommand({}));
}

async function version2(found) {
  // This version reads variables and files once, when it is loaded.
  for (const path of Object.keys(require.cache)) if (path.includes("/aws-sdk/")) delete require.cache[path];
  const STS = modules("aws-sdk/clients/sts");
  const request = new STS({ maxRetries: 0 }).getCallerIdentity();
  request.removeAllListeners("send");
  request.on("send", ({ request: { httpRequest } }) => {
    const { protocol, host } = httpRequest.endpoint;
    throw taken(found, protocol, host, httpRequest.headers.Authorization);
  });
  await request.promise();
}

(async () => {
  const ask = { 2: version2, 3: version3 }[process.argv[2]];
  const results = [];
  for (const variables of JSON.parse(readFileSync(0, "utf8"))) {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, variables);
    const found = {};
    const said = await ask(found).catch((error) => `${error.name}: ${error.message}`);
    results.push("url" in found ? found : { error: said });
  }
  process.stdout.write(JSON.stringify(results));
})();
