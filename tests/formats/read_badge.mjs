// Draws a badge as shields.io does: node read_badge.mjs DIRECTORY-OF-MODULES, with the document of the endpoint on stdin.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const { makeBadge } = createRequire(join(resolve(process.argv[2]), "package.json"))("badge-maker");
const { schemaVersion, ...badge } = JSON.parse(readFileSync(0, "utf8"));
if (schemaVersion !== 1) throw new Error(`schemaVersion ${schemaVersion}`);
process.stdout.write(makeBadge(badge));
