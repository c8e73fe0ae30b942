// The pages that the tests open, made by the program, and the browser that opens them.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.MODULES}/`));
const { chromium } = require("playwright-core");
export const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const golden = new URL("../data/golden-runs/", import.meta.url).pathname;
export const run = (name) => join(golden, name, "run.json");
const home = mkdtempSync(join(tmpdir(), "stsbench-browser-"));

// What the program prints. Exit code 1 is a verdict: something is slower.
export function printed(...words) {
  const { status, stdout, stderr } = spawnSync(process.env.STSBENCH, words, { env: { HOME: home, PATH: process.env.PATH }, encoding: "utf8", maxBuffer: 1e9 });
  if (status > 1 || status === null) throw Object.assign(new Error(stderr), { stderr });
  return stdout;
}

// The page of a report.
export const page = (name, ...words) => page_of(name, "report", ...words, "--format", "html");

// What a command prints, as a file, and its address.
export function page_of(name, ...words) {
  const path = join(home, `${name}.html`);
  writeFileSync(path, printed(...words));
  return { path, address: pathToFileURL(path).href, bytes: readFileSync(path) };
}

// A saved run that was changed.
export function changed(name, from, change) {
  const text = JSON.parse(readFileSync(run(from), "utf8"));
  change(text);
  const folder = join(home, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "run.json"), JSON.stringify(text));
  return folder;
}

// Chromium's sandbox does not start for root.
export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });

// An open page. What it must never do is kept: requests, errors, violations of its policy.
export async function opened({ address }, { width = 1280, javaScriptEnabled = true, axe: withAxe = false, ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled, bypassCSP: withAxe, ...more });
  const tab = await context.newPage();
  const faults = [];
  tab.on("pageerror", (error) => faults.push(error.message));
  tab.on("console", (message) => faults.push(message.text()));
  await context.route("**/*", (route) => {
    const { protocol } = new URL(route.request().url());
    if (protocol !== "file:" && protocol !== "data:" && protocol !== "blob:") faults.push(`request of ${route.request().url()}`);
    return route.continue();
  });
  await tab.goto(address);
  return { tab, faults, close: () => context.close() };
}
