// Reads charts as Vega-Lite's own programs do: node read_vega_lite.mjs DIRECTORY-OF-MODULES DOCUMENT…
// Prints, for each, what the schema, the compiler and the renderer say, and the picture.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...paths] = process.argv.slice(2);
const place = join(resolve(modules), "package.json");
const require = createRequire(place);
const of = (name) => import(pathToFileURL(require.resolve(name)).href);

const Ajv = require("ajv").default;
const vega = await of("vega");
const { compile } = await of("vega-lite");
const schema = JSON.parse(readFileSync(join(resolve(modules), "node_modules/vega-lite/build/vega-lite-schema.json"), "utf8"));

const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

async function read(path) {
  const document = JSON.parse(readFileSync(path, "utf8"));
  const valid = validate(document);
  const errors = validate.errors;
  const said = [];
  const keep = (...words) => (said.push(words.join(" ")), logger);
  const pass = () => logger;
  const logger = { level: pass, error: keep, warn: keep, info: pass, debug: pass };
  const view = new vega.View(vega.parse(compile(document, { logger }).spec), { renderer: "none", logger });
  await view.runAsync();
  return { valid, errors, said, svg: await view.toSVG() };
}

const answers = [];
for (const path of paths) answers.push(await read(path));
process.stdout.write(JSON.stringify(answers));
