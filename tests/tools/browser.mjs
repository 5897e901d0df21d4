// Drives chromium for test_browser.py: each line of its input is a wish in JSON, each line of its output an answer.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Nothing but the loopback has an address in there, and a browser that runs as root cannot have its own sandbox.
const flags = ["--no-proxy-server", "--disable-dev-shm-usage"];
flags.push("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
if (process.getuid() === 0) flags.push("--no-sandbox");
const browser = await puppeteer.launch({ executablePath: process.argv[2], headless: true, args: flags });
let page, seen;

// A page as a reader opens it, or with scripts and without the Content-Security-Policy, for axe alone.
async function open({ url, width = 1280, scheme = "light", scripts = false }) {
  if (page) await page.browserContext().close();
  page = await (await browser.createBrowserContext()).newPage();
  seen = { answers: [], strange: [] };
  const here = new URL(url).origin;
  await page.setJavaScriptEnabled(scripts);
  await page.setBypassCSP(scripts);
  await page.setViewport({ width, height: 700 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin !== here) seen.strange.push(request.url());
    // The policy forbids pictures, so only without it does a browser look for that one.
    return origin === here && !(scripts && pathname === "/favicon.ico") ? request.continue() : request.abort();
  });
  page.on("response", (answer) => seen.answers.push([answer.request().method(), answer.status()]));
  page.on("pageerror", (error) => seen.strange.push(String(error)));
  const tools = await page.createCDPSession();
  tools.on("Log.entryAdded", ({ entry }) => {
    const missing = entry.source === "network" && entry.url === url; // the very page that is not there
    if (["warning", "error"].includes(entry.level) && !missing) seen.strange.push(entry.text);
  });
  tools.on("Audits.issueAdded", ({ issue }) => {
    if (issue.code === "ContentSecurityPolicyIssue") seen.strange.push(JSON.stringify(issue.details));
  });
  tools.on("Runtime.consoleAPICalled", ({ type, args }) => seen.strange.push(`${type}: ${JSON.stringify(args)}`));
  for (const part of ["Log", "Audits", "Runtime"]) await tools.send(`${part}.enable`);
  await page.goto(url);
}

// Runs in the page: what does not fit, by the places of all text and of all that can be pressed.
function misfits() {
  const problems = [];
  const say = (what, element, more = "") => {
    const name = element.tagName.toLowerCase() + [...element.classList].map((one) => `.${one}`).join("");
    problems.push(`${what}: ${name} '${element.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}' ${more}`);
  };
  const root = document.scrollingElement;
  const width = root.clientWidth;
  if (root.scrollWidth > width) say("has to be scrolled sideways", root, `${root.scrollWidth} px in ${width}`);
  const aside = (element) => element.closest(".hidden, .skip, title, style, option");
  const shown = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && !aside(one));
  const texts = [];
  for (const element of shown) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > width + 1) say("reaches out of the window", element);
    const wider = element.scrollWidth > element.clientWidth + 1 && style.overflowX !== "visible";
    const higher = element.scrollHeight > element.clientHeight + 1 && style.overflowY !== "visible";
    // A field for one line can be read on by moving the caret in it.
    if (element.tagName !== "INPUT" && !element.closest("svg") && (wider || higher)) say("is cut off", element);
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      let room = element;
      while (getComputedStyle(room).display === "inline") room = room.parentElement;
      const around = room.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const out = rect.left < around.left - 1 || rect.right > around.right + 1 || rect.bottom > around.bottom + 2;
        if (out) say("runs out of its place", element);
        texts.push([rect, element]);
      }
    }
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(link.hash.slice(1))) say("leads nowhere", link, link.hash);
  }
  const shared = (from, to, fromOther, toOther) => Math.min(to, toOther) - Math.max(from, fromOther);
  const meet = (a, b) => shared(a.left, a.right, b.left, b.right) > 2 && shared(a.top, a.bottom, b.top, b.bottom) > 3;
  const clash = (pairs) =>
    pairs.forEach(([rect, element], index) => {
      for (const [other, that] of pairs.slice(index + 1)) {
        if (element !== that && meet(rect, other)) say("lies on something else", element, that.textContent.trim());
      }
    });
  clash(texts);
  const pressed = shown.filter((one) => one.matches("a, button, select, summary, input"));
  clash(pressed.flatMap((one) => [...one.getClientRects()].map((rect) => [rect, one])));
  return problems;
}

// Runs in the page: all that a keyboard has to reach, in the order of the page.
function reachable() {
  const all = document.querySelectorAll("a[href], button, select, summary, textarea, input:not([type=hidden])");
  const shown = [...all].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  return shown.map((one) => `${one.tagName} ${[...document.all].indexOf(one)}`);
}

// Runs in the page: where the keyboard is, and what is wrong with how that shows.
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const problems = [];
  const box = element.getBoundingClientRect();
  const first = element.getClientRects()[0] ?? box;
  const style = getComputedStyle(element);
  if (box.width < 2 || box.height < 2) problems.push("has no size");
  const inSight = box.top > -1 && box.bottom < innerHeight + 1 && box.left > -1 && box.right < innerWidth + 1;
  if (!inSight) problems.push("is out of sight");
  const top = document.elementFromPoint(first.left + first.width / 2, first.top + first.height / 2);
  if (!top || !(element.contains(top) || top.contains(element))) problems.push("lies under something");
  if (!element.matches(":focus-visible")) problems.push("does not look focused");
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) problems.push("has no outline");
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = numbers(colour).map((one) => linear(one / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => getComputedStyle(one).backgroundColor;
  let ground = element.parentElement;
  while (ground.parentElement && numbers(behind(ground))[3] === 0) ground = ground.parentElement;
  const [low, high] = [style.outlineColor, behind(ground)].map(light).sort((a, b) => a - b);
  if ((high + 0.05) / (low + 0.05) < 3) problems.push("has an outline that is hard to see");
  const column = [...document.querySelectorAll(".both > *")].findIndex((one) => one.contains(element));
  const place = { left: first.left, right: first.right, top: first.top + scrollY, bottom: first.bottom + scrollY };
  const closed = element.tagName === "SUMMARY" && !element.parentElement.open;
  const name = element.textContent.trim().replace(/\s+/g, " ").slice(0, 60) || element.id;
  return { key: `${element.tagName} ${[...document.all].indexOf(element)}`, name, problems, place, column, closed };
}

// Tabs once through all of the page, and opens with Enter what can be opened on the way.
async function tabThrough() {
  const stops = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(focused);
    if (stop === null || stops.some(({ key }) => key === stop.key)) break;
    stops.push(stop);
    if (stop.closed) await page.keyboard.press("Enter");
  }
  const problems = stops.flatMap((stop) => stop.problems.map((problem) => `'${stop.name}' ${problem}`));
  stops.slice(1).forEach(({ name, column, place }, index) => {
    const before = stops[index];
    const above = place.bottom <= before.place.top + 1;
    const leftOf = place.right <= before.place.left + 1 && place.top < before.place.bottom - 1;
    if (column === before.column && (above || leftOf)) problems.push(`'${name}' comes after '${before.name}'`);
  });
  const expected = await page.evaluate(reachable);
  return { stops: stops.map(({ key }) => key), names: stops.map(({ name }) => name), expected, problems };
}

const wishes = {
  open,
  layout: () => page.evaluate(misfits),
  tab: tabThrough,
  axe: async () => {
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    await page.evaluate(axeSource);
    const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), TAGS);
    const named = (list) => list.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    const passes = found.passes.map(({ id }) => id);
    return { violations: named(found.violations), unsure: named(found.incomplete), passes };
  },
  text: () => page.evaluate(() => document.body.innerText),
  where: () => page.url(),
  click: ({ selector }) => page.click(selector),
  key: ({ selector, key }) => page.focus(selector).then(() => page.keyboard.press(key)),
  send: async ({ selector }) => {
    seen.answers.length = 0;
    await Promise.all([page.waitForNavigation(), page.click(selector)]);
    return seen.answers;
  },
  strange: () => seen.strange, // asked of others, or complained of by the browser
  picture: ({ path }) => page.screenshot({ path, fullPage: true }).then(() => path),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { wish, ...what } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ answer: (await wishes[wish](what)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await browser.close();
