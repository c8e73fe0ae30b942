// Reads calls as JSON from standard input, makes them in their order with a client that has everything from its
// environment (the AWS SDK of the version that is the first argument), and writes what it made of the answers.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.MODULES}/`));

// Version 3 names its commands by API operation, but spells acronyms as the API does.
function version3() {
  const sts = require("@aws-sdk/client-sts");
  const client = new sts.STSClient({});
  return async (operation, input) => {
    const Command = sts[`${operation}Command`];
    if (!Command) throw new Error(`the SDK has no ${operation}`);
    try {
      const { $metadata, ...output } = await client.send(new Command(input));
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
  };
}

// Version 2 knows no AWS_ENDPOINT_URL_STS.
function version2() {
  const STS = require("aws-sdk/clients/sts");
  const client = new STS({ endpoint: process.env.AWS_ENDPOINT_URL_STS, region: process.env.AWS_REGION, maxRetries: 0 });
  return async (operation, input) => {
    const request = client.makeRequest(operation[0].toLowerCase() + operation.slice(1), input);
    try {
      const { ResponseMetadata, ...output } = await request.promise();
      const { statusCode: status } = request.response.httpResponse;
      return { says: "ok", status, message: "", output, request_id: ResponseMetadata.RequestId };
    } catch (error) {
      if (!error.statusCode) throw error;
      const { code: says, statusCode: status, message, requestId: request_id } = error;
      return { says, status, message: message ?? "", output: {}, request_id };
    }
  };
}

const made = { 2: version2, 3: version3 }[process.argv[2]]();
const results = [];
for (const call of JSON.parse(await text(process.stdin))) results.push(await made(...call));
process.stdout.write(JSON.stringify(results));
