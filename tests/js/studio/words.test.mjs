// Requests, texts, numbers that teachers write, and where findings are shown.

import assert from "node:assert/strict";
import { test } from "node:test";

const assets = process.env.MICROCRED_STUDIO_ASSETS;
const { Api, ApiError } = await import(`${assets}/api.js`);
const { t, tn } = await import(`${assets}/texts.js`);
const { percentOf, fractionOf } = await import(`${assets}/requirement-view.js`);
const { Findings } = await import(`${assets}/findings.js`);
const { stateOf } = await import(`${assets}/list-view.js`);

const answering = (status, body) => {
  const seen = [];
  const fetch = async (address, options) => {
    seen.push({ address, ...options });
    return { ok: status < 400, status, json: async () => (body === undefined ? JSON.parse("") : body) };
  };
  return { api: new Api("/base/", { fetch, token: () => "token" }), seen };
};

test("a draft is saved under its lock, with the page's token", async () => {
  const { api, seen } = answering(200, { lock: 4 });
  assert.deepEqual(await api.save("u", { title: "x" }, 3), { lock: 4 });
  const [{ address, method, headers, body }] = seen;
  assert.deepEqual([address, method, body], ["/base/microcredentials/u/draft/", "PUT", '{"title":"x"}']);
  assert.deepEqual([headers["If-Match"], headers["X-CSRFToken"], headers["Content-Type"]], ['"3"', "token", "application/json"]);
});

test("reading sends no token, and a file goes as it is", async () => {
  const { api, seen } = answering(200, {});
  await api.candidates("u", "a&b");
  await api.load("format: x");
  assert.equal(seen[0].address, "/base/microcredentials/u/candidates/?q=a%26b");
  assert.equal("X-CSRFToken" in seen[0].headers, false);
  assert.deepEqual([seen[1].body, seen[1].headers["Content-Type"]], ["format: x", "application/yaml"]);
});

test("what goes wrong says what, also where the answer is no JSON or none comes", async () => {
  await assert.rejects(answering(422, { detail: "no", code: "invalid_definition", problems: [1] }).api.course(), (error) => error instanceof ApiError && error.problems.length === 1 && !error.passes);
  await assert.rejects(answering(502, undefined).api.course(), (error) => error.status === 502 && error.passes);
  const lost = new Api("/", { fetch: () => Promise.reject(new TypeError("Failed to fetch")), token: () => "" });
  await assert.rejects(lost.course(), (error) => error.status === 0 && error.passes);
});

test("texts are translated and filled, and plurals chosen, where a catalogue is there", () => {
  assert.equal(t("by {who}, {when}", { who: "Ada" }), "by Ada, {when}");
  assert.deepEqual([tn("{n} unit", "{n} units", 1), tn("{n} unit", "{n} units", 1200)], ["1 unit", "1,200 units"]);
  globalThis.gettext = (text) => ({ "by {who}": "de {who}" })[text] ?? text;
  globalThis.ngettext = (one, many, n) => (n === 1 ? "una" : "{n} muchas");
  assert.deepEqual([t("by {who}", { who: "Ada" }), tn("a", "b", 1), tn("a", "b", 2)], ["de Ada", "una", "2 muchas"]);
  delete globalThis.gettext;
  delete globalThis.ngettext;
});

test("percents are fractions without a float's tail", () => {
  for (const [percent, fraction] of [["70", "0.7"], ["87.5", "0.875"], ["100", "1"], ["33.33", "0.3333"]]) {
    assert.equal(fractionOf(percent), fraction);
    assert.equal(percentOf(fraction), percent);
  }
  assert.deepEqual([percentOf("x"), fractionOf("x")], ["", "x"]);
});

test("findings stand beside what they speak about", () => {
  const at = (path) => ({ path, code: "c", severity: "error", message: path });
  const found = new Findings(["title", "milestones", "milestones[0].title", "milestones[0].require.all[1].completion.block", "skills[0].name", "quality.assessment"].map(at));
  const paths = (list) => list.map(({ path }) => path);
  assert.deepEqual(paths(found.at("title")), ["title"]);
  assert.deepEqual(paths(found.at("milestones")), ["milestones"]);
  assert.deepEqual(paths(found.at("skills")), ["skills[0].name"]);
  assert.deepEqual(paths(found.inMilestone(0, null)), ["milestones[0].title"]);
  assert.deepEqual(paths(found.inMilestone(0, [1])), ["milestones[0].require.all[1].completion.block"]);
  assert.deepEqual([found.count(["milestones"]), found.count(["quality"]), found.count(["policy"])], [3, 1, 0]);
});

test("a card says how it stands", () => {
  const card = (one, more = {}) => stateOf({ microcredential: { state: "published", version: 3, has_newer_draft: true, ...one }, saved_at: null, ...more });
  assert.equal(card({}), "Published, version 3 · with a newer draft");
  assert.equal(card({ state: "draft", version: null }), "Draft, never published");
  assert.equal(card({ state: "retired" }), "Retired");
  assert.match(card({}, { saved_at: "2026-01-02T03:04:05Z", saved_by: "ada" }), /saved by ada, /);
});
