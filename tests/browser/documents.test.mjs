// The pages of compare, trend and matrix as people use them: sorted, on a phone, in the dark, on paper, without JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import { axe, browser, changed, opened, page_of, printed, run } from "./pages.mjs";

// The same run as seen from another place, whose own Region is the one that is named.
const place = (name, region) =>
  changed(name, "first-sample", (saved) => {
    saved.vantage.name = name;
    saved.vantage.simulation.region = region;
    saved.run_id = `20261122-090000-${name}`;
  });
const places = [place("frankfurt", "eu-central-1"), place("paris", "eu-west-3")];
const history = run("history").replace(/run\.json$/, "");
const commands = {
  compare: [run("pair-baseline"), run("pair-candidate")],
  trend: [`${history}earlier`, `${history}run.json`],
  matrix: places,
};
const pages = Object.fromEntries(Object.entries(commands).map(([command, words]) => [command, page_of(command, command, ...words, "--format", "html")]));

after(() => browser.close());

async function each(options, use) {
  for (const [command, made] of Object.entries(pages)) {
    const { tab, faults, close } = await opened(made, options);
    await use(tab, command);
    assert.deepEqual(faults, [], command);
    await close();
  }
}
const column = (tab, at) => tab.locator("table.sortable").first().locator("tbody tr").evaluateAll((rows, at) => rows.map((row) => row.cells[at].textContent), at);

test("a page has its finding, a picture and tables, and at most 400 kB", async () => {
  await each({}, async (tab, command) => {
    assert.ok(pages[command].bytes.length <= 400_000, `${command}: ${pages[command].bytes.length} bytes`);
    assert.equal(await tab.locator("h1").count(), 1);
    assert.ok((await tab.locator("h1").innerText()).length > 10, command);
    assert.ok((await tab.locator("table.sortable tbody tr").count()) >= 2, command);
    const wide = await tab.locator(".hero img").first().evaluate((img) => img.naturalWidth);
    assert.ok(wide >= 800, `${command}: ${wide}`);
  });
});

test("a head sorts its column, up and down, and says so", async () => {
  await each({}, async (tab, command) => {
    const head = tab.locator("table.sortable").first().locator("th[scope=col]").first();
    await head.locator("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "ascending", command);
    const rising = await column(tab, 0);
    assert.deepEqual(rising, [...rising].sort((a, b) => a.localeCompare(b)), command);
    await head.locator("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "descending", command);
    assert.deepEqual(await column(tab, 0), rising.reverse(), command);
  });
});

test("numbers are sorted by their size", async () => {
  const { tab, close } = await opened(pages.matrix);
  const table = tab.locator("table.sortable").nth(1);
  await table.locator("th.number button").first().click();
  const times = await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => parseFloat(row.cells[1].textContent)));
  assert.ok(times.length > 10);
  assert.deepEqual(times, [...times].sort((a, b) => a - b));
  await close();
});

test("a head is sorted by keyboard alone", async () => {
  await each({}, async (tab, command) => {
    const button = tab.locator("table.sortable th button").first();
    await button.focus();
    await tab.keyboard.press("Enter");
    assert.equal(await tab.locator("table.sortable th").first().getAttribute("aria-sort"), "ascending", command);
  });
});

test("dark and light follow the system, and the switch, pictures too", async () => {
  await each({ colorScheme: "dark" }, async (tab, command) => {
    const background = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await background(), "rgb(13, 17, 23)", command);
    await tab.waitForFunction(() => [...document.querySelectorAll(".hero img")].every((img) => /^data:image\/svg\+xml,.*%230d1117/i.test(img.src)));
    await tab.locator("#theme").click();
    assert.equal(await background(), "rgb(255, 255, 255)", command);
  });
});

test("it prints on paper, light", async () => {
  await each({ colorScheme: "dark" }, async (tab, command) => {
    await tab.waitForFunction(() => document.querySelector(".hero img").src.startsWith("data:image/svg+xml,"));
    await tab.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.ok(await tab.evaluate(() => document.querySelector(".hero img").src.includes("base64")), command);
    await tab.emulateMedia({ media: "print" });
    assert.equal(await tab.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  });
});

test("a phone of 360 px scrolls down only", async () => {
  await each({ width: 360 }, async (tab, command) => {
    assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360, command);
  });
});

test("without JavaScript pictures and tables are there", async () => {
  await each({ javaScriptEnabled: false }, async (tab, command) => {
    assert.ok(await tab.locator(".hero img").first().isVisible(), command);
    assert.ok(await tab.locator("table.sortable").first().isVisible(), command);
    assert.equal(await tab.locator("th button").count(), 0);
    assert.ok(await tab.locator("#theme").isHidden());
  });
});

test("axe finds nothing, light or dark, wide or narrow", async () => {
  for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { width: 360 }]) {
    await each({ ...options, axe: true }, async (tab, command) => {
      for (const details of await tab.locator("details").all()) await details.evaluate((element) => (element.open = true));
      await tab.evaluate(axe);
      const { violations } = await tab.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${command} ${id}: ${nodes[0].html.slice(0, 200)}`), []);
    });
  }
});

test("downloads hold what the formats print", async () => {
  await each({ acceptDownloads: true }, async (tab, command) => {
    for (const [ending, format] of [["csv", "csv"], ["json", "json"], ["md", "markdown"]]) {
      const link = tab.locator(`[data-name="${command}.${ending}"]`);
      const [download] = await Promise.all([tab.waitForEvent("download"), link.click()]);
      assert.equal(readFileSync(await download.path(), "utf8"), printed(command, ...commands[command], "--format", format), `${command} ${format}`);
    }
  });
});
