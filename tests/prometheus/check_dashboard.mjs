// Compiles the dashboard on stdin, as a literal, against the type that @grafana/schema has for dashboards: missing fields, wrong types and
// fields that the schema does not know are errors of the compiler.
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const typescript = require("typescript");

const board = readFileSync(0, "utf8");
const place = mkdtempSync(join(process.cwd(), "check-"));
const file = join(place, "board.ts");
try {
  writeFileSync(
    file,
    `import type { Dashboard } from "@grafana/schema/dist/types/raw/dashboard/x/dashboard_types.gen.d.ts";
// JSON has the texts of an enumeration, not its members.
type Plain<T> = 0 extends 1 & T ? T : T extends string ? \`\${T}\` : T extends (infer U)[] ? Plain<U>[]
  : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export const board: Plain<Dashboard> = ${board};
`,
  );
  const program = typescript.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.ESNext,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    types: [],
  });
  const found = typescript.getPreEmitDiagnostics(program);
  for (const it of found) console.error(typescript.flattenDiagnosticMessageText(it.messageText, "\n"));
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  rmSync(place, { recursive: true });
}
