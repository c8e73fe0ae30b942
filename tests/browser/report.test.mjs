// report.html as people use it: by pointer and keyboard, on a phone, in the dark, on paper, without JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import { axe, browser, changed, opened, page, printed, run } from "./pages.mjs";

const sample = page("sample", run("first-sample"));
const names = (tab) => tab.locator(".endpoints:visible tbody tr:visible th").evaluateAll((cells) => cells.map((cell) => cell.firstChild.textContent));
const choose = (tab, name) => tab.locator(".segments label", { hasText: new RegExp(`^${name}$`) }).click();

after(() => browser.close());

async function with_page(of, options, use) {
  const { tab, faults, close } = await opened(of, options);
  await use(tab);
  assert.deepEqual(faults, []);
  await close();
}

test("the page of a default run has at most 400 kB and loads nothing", async () => {
  assert.ok(sample.bytes.length <= 400_000, `${sample.bytes.length} bytes`);
  await with_page(sample, {}, async (tab) => {
    assert.match(await tab.locator("h1").innerText(), /^Use eu-central-1: 223 ms less/);
    assert.equal(await tab.locator(".badge").innerText(), "SIMULATED");
    assert.equal(await tab.locator("canvas:visible").count(), 2);
  });
});

test("a head sorts its column, up and down, and says so", async () => {
  await with_page(sample, {}, async (tab) => {
    assert.equal((await names(tab))[0], "eu-central-1");
    const head = tab.locator(".endpoints:visible th", { hasText: /^p90$/ });
    await head.locator("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    await head.locator("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    assert.equal((await names(tab))[0], "ap-southeast-2");
    await tab.locator(".endpoints:visible th button", { hasText: "endpoint" }).click();
    const sorted = await names(tab);
    assert.deepEqual(sorted, [...sorted].sort((a, b) => a.localeCompare(b)));
  });
});

test("the filter finds Regions, cities and who served, and says how many", async () => {
  await with_page(sample, {}, async (tab) => {
    await tab.locator("[type=search]").fill("frankfurt");
    assert.deepEqual(await names(tab), ["eu-central-1"]);
    assert.equal(await tab.locator("[role=status]").first().innerText(), "1 of 18 endpoints");
    await tab.locator("[type=search]").fill("nowhere");
    assert.deepEqual(await names(tab), []);
    await tab.locator("[type=search]").fill("");
    assert.equal((await names(tab)).length, 18);
  });
});

test("switches choose operation, connection, percentile and unit", async () => {
  await with_page(sample, {}, async (tab) => {
    await choose(tab, "kept open");
    assert.match(await tab.locator(".endpoints:visible caption").innerText(), /GetCallerIdentity, kept open/);
    await choose(tab, "GetSessionToken");
    assert.match(await tab.locator(".endpoints:visible caption").innerText(), /GetSessionToken, kept open/);
    await choose(tab, "GetCallerIdentity");
    await choose(tab, "new connection");
    const cell = (column) => tab.locator(".endpoints:visible tbody tr").first().locator("td").nth(column).innerText();
    const interval = await cell(2);
    await choose(tab, "p90");
    assert.notEqual(await cell(2), interval);
    assert.match(await tab.locator(".strip:visible").first().getAttribute("aria-label"), /^eu-central-1: p90 14\.7 ms/);
    await choose(tab, "p50");
    assert.equal(await cell(2), interval);
    await choose(tab, "µs");
    assert.equal(await cell(1), "12300 µs");
    for (const part of [".endpoints:visible td", ".phases:visible td", ".keys dd", ".plots:visible figcaption", ".lead h1"]) {
      const texts = await tab.locator(part).allInnerTexts();
      assert.ok(texts.some((text) => / µs/.test(text)), part);
      assert.ok(!texts.some((text) => /\d m?s\b/.test(text)), `${part}: ${texts.join(" | ")}`);
    }
    await choose(tab, "auto");
    assert.equal(await cell(1), "12.3 ms");
  });
});

test("pointer and keyboard show value, interval and number of answers", async () => {
  await with_page(sample, {}, async (tab) => {
    const tip = tab.locator("#tip");
    await tab.locator(".strip:visible").first().hover();
    assert.match(await tip.innerText(), /eu-central-1\s+p50 12\.3 ms\s+95 % interval 11\.8–12\.6 ms\s+n = 96/);
    await tab.mouse.move(0, 0);
    assert.ok(await tip.isHidden());
    await tab.locator(".strip:visible").first().focus();
    await tab.keyboard.press("ArrowDown");
    assert.match(await tip.innerText(), /eu-west-3/);
  });
});

test("everything can be done by keyboard alone", async () => {
  await with_page(sample, {}, async (tab) => {
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate(() => document.activeElement.textContent), "Skip to the report");
    const reached = new Set();
    for (let press = 0; press < 90; press += 1) {
      await tab.keyboard.press("Tab");
      reached.add(await tab.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.name || document.activeElement.tagName));
    }
    for (const wanted of ["theme", "filter-1", "copy", "strip", "live", "level-run-1", "SUMMARY", "A"]) assert.ok([...reached].includes(wanted), `${wanted} of ${[...reached]}`);
    const curves = tab.locator("[data-plot=curves] .live:visible");
    await curves.focus();
    await tab.keyboard.press("ArrowRight");
    const first = await tab.locator("[data-plot=curves] .readout:visible").innerText();
    assert.match(first, /global .*% of calls in 2\d\d ms/);
    await tab.keyboard.press("ArrowDown");
    assert.match(await tab.locator("[data-plot=curves] .readout:visible").innerText(), /eu-central-1 .* · global/);
    await tab.locator("input[value=p90]").focus();
    await tab.keyboard.press("ArrowRight");
    assert.equal(await tab.locator(".endpoints:visible .level").innerText(), "p95");
  });
});

test("dark and light follow the system, and the switch", async () => {
  await with_page(sample, { colorScheme: "dark" }, async (tab) => {
    const background = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await background(), "rgb(13, 17, 23)");
    await tab.waitForFunction(() => /^data:image\/svg\+xml,.*%230d1117/i.test(document.querySelector(".hero img").src));
    await tab.locator("#theme").click();
    assert.equal(await background(), "rgb(255, 255, 255)");
  });
});

test("it prints on paper, light and whole", async () => {
  await with_page(sample, { colorScheme: "dark" }, async (tab) => {
    await tab.waitForFunction(() => document.querySelector(".hero img").src.includes("%230d1117") || document.querySelector(".hero img").src.includes("%230D1117"));
    await tab.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.ok(await tab.evaluate(() => document.querySelector(".hero img").src.includes("base64")), "the picture on white");
    const pdf = await tab.pdf({ format: "A4" });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    await tab.emulateMedia({ media: "print" });
    assert.equal(await tab.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    assert.ok(await tab.locator(".still").first().isVisible());
    assert.ok(await tab.locator(".controls").first().isHidden());
  });
});

test("a phone of 360 px scrolls down only", async () => {
  await with_page(sample, { width: 360 }, async (tab) => {
    assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360);
  });
});

test("without JavaScript every table and drawing is there", async () => {
  await with_page(sample, { javaScriptEnabled: false }, async (tab) => {
    assert.equal(await tab.locator(".endpoints:visible").count(), 4);
    assert.equal(await tab.locator(".still:visible").count(), 8);
    assert.ok(await tab.locator(".controls").first().isHidden());
    assert.ok(await tab.locator(".hero img").isVisible());
  });
});

test("axe finds nothing, light or dark, wide or narrow", async () => {
  for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { width: 360 }]) {
    await with_page(sample, { ...options, axe: true }, async (tab) => {
      for (const details of await tab.locator("details").all()) await details.evaluate((element) => (element.open = true));
      await tab.evaluate(axe);
      const { violations } = await tab.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`), []);
    });
  }
});

test("downloads hold what the formats print", async () => {
  await with_page(sample, { acceptDownloads: true }, async (tab) => {
    for (const [name, format] of [["summary.csv", "csv"], ["summary.json", "json"]]) {
      const [download] = await Promise.all([tab.waitForEvent("download"), tab.locator(`[data-name="${name}"]`).click()]);
      assert.equal(download.suggestedFilename(), name);
      assert.equal(readFileSync(await download.path(), "utf8"), printed("report", run("first-sample"), "--format", format));
    }
    const [picture] = await Promise.all([tab.waitForEvent("download"), tab.locator(".files a[data-name$='light.svg']").first().click()]);
    assert.match(readFileSync(await picture.path(), "utf8"), /^<svg /);
  });
});

const HOSTILE = `</script><script>window.hurt=1</script><img src=x onerror="window.hurt=1">"'&lt;--><!--`;

test("hostile texts from a run are text", async () => {
  const folder = changed("hostile", "failures", (saved) => {
    saved.vantage.name = HOSTILE;
    saved.notices.push({ at_ns: 0, text: `${HOSTILE} \u202e ${"x".repeat(900)}` });
    for (const check of saved.checks ?? []) check.text = HOSTILE;
    for (const series of saved.series) series.served_by = { [HOSTILE]: Object.values(series.served_by).reduce((sum, calls) => sum + calls, 0) };
  });
  await with_page(page("hostile", folder), { width: 360 }, async (tab) => {
    assert.ok((await tab.content()).includes("window.hurt=1"), "it is shown");
    assert.equal(await tab.evaluate(() => window.hurt), undefined);
    assert.equal(await tab.locator("img").count(), await tab.locator(".hero img").count());
    assert.ok(!(await tab.content()).includes("\u202e"));
    assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360);
  });
});

test("10,000 characters are refused, or wrap", async () => {
  const folder = changed("long", "failures", (saved) => {
    saved.notices.push({ at_ns: 0, text: "x".repeat(10_000) });
  });
  let made;
  try {
    made = page("long", folder);
  } catch (error) {
    assert.match(String(error.stderr), /a text that is long/);
    return;
  }
  await with_page(made, { width: 360 }, async (tab) => {
    assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360);
  });
});

test("180 targets open in two seconds", async () => {
  const folder = changed("many", "first-sample", (saved) => {
    const { targets } = saved.plan;
    const [all, series] = [[...targets], [...saved.series]];
    for (let copy = 0; targets.length < 180; copy += 1) {
      const target = structuredClone(all[copy % all.length]);
      if (target.endpoint.scope !== "regional") continue;
      target.endpoint.name += `-${copy}`;
      target.endpoint.scope = "custom";
      targets.push(target);
      saved.series.push({ ...structuredClone(series[copy % all.length]), target: targets.length - 1 });
    }
    delete saved.vantage.simulation.requests_seen;
  });
  const many = page("many", folder);
  const begun = performance.now();
  await with_page(many, {}, async (tab) => {
    await tab.locator(".endpoints:visible").waitFor();
    assert.equal(await tab.locator(".endpoints tbody tr").count(), 180);
  });
  // Ten times what it takes on a quiet machine.
  assert.ok(performance.now() - begun < 20_000);
});

test("several runs have tabs and their comparison", async () => {
  const both = page("pair", run("pair-baseline"), run("pair-candidate"));
  await with_page(both, {}, async (tab) => {
    const tabs = tab.locator(".tabs button");
    assert.equal(await tabs.count(), 3);
    await tabs.nth(2).click();
    assert.match(await tab.locator(".run:visible .eyebrow").innerText(), /Run 2 against run 1/);
    assert.ok((await tab.locator(".run:visible table tbody tr").count()) > 2);
    await tabs.nth(1).click();
    assert.equal(await tab.locator(".run:visible .endpoints:visible").count(), 1);
    await tab.locator(".run:visible [type=search]").fill("eu-west");
    assert.deepEqual(await names(tab), ["eu-west-1"]);
  });
});
