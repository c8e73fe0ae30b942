// Reads calls as JSON from standard input, makes them in their order with a client that has everything from its
// environment, and writes what it made of the answers.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.MODULES}/`));
const sts = require("@aws-sdk/client-sts");

// Version 3 names its commands by API operation, but spells acronyms as the API does.
function command(operation, input) {
  const Command = sts[`${operation}Command`];
  if (!Command) throw new Error(`the SDK has no ${operation}`);
  return new Command(input);
}

async function made(client, [operation, input]) {
  try {
    const { $metadata, ...output } = await client.send(command(operation, input));
    const { httpStatusCode: status, requestId: request_id } = $metadata;
    return { says: "ok", status, message: "", output, request_id };
  } catch (error) {
    // What is no answer of the service is no result either.
    if (!error.$metadata?.httpStatusCode) throw error;
    const { httpStatusCode: status, requestId: request_id } = error.$metadata;
    // The SDK writes UnknownError where a service gives no message.
    const message = error.message === "UnknownError" ? "" : error.message;
    return { says: error.Code ?? error.name, status, message, output: {}, request_id };
  }
}

const client = new sts.STSClient({});
const results = [];
for (const call of JSON.parse(await text(process.stdin))) results.push(await made(client, call));
process.stdout.write(JSON.stringify(results));
