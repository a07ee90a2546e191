// What can be done to a document, and that nothing else of it changes.

import assert from "node:assert/strict";
import { test } from "node:test";

const doc = await import(`${process.env.MICROCRED_STUDIO_ASSETS}/definition.js`);

const unit = (name) => ({ completion: { block: `vertical@${name}` } });
const made = (...requires) => ({
  title: "Mine",
  milestones: requires.map((require, index) => ({ key: `m${index}`, title: `M${index}`, require })),
});

test("every form of a requirement is read as a group and written back", () => {
  for (const require of [{ all: [unit("a"), unit("b")] }, { any: [unit("a")] }, { at_least: { count: 1, of: [unit("a"), unit("b")] } }]) {
    assert.deepEqual(doc.requirement(doc.group(require)), require);
  }
  assert.deepEqual(doc.group(unit("a")), { rule: "all", count: 1, of: [unit("a")] });
  assert.deepEqual(doc.group(undefined).of, []);
});

test("of at least n, n never exceeds what there is, nor falls below one", () => {
  const count = (given, size) => doc.requirement({ rule: "at_least", count: given, of: Array(size).fill(unit("a")) }).at_least.count;
  assert.deepEqual([count(5, 2), count(0, 2), count("x", 2), count(2, 3)], [2, 1, 1, 2]);
});

test("what was there stays as it was", () => {
  const before = made({ all: [unit("a")] });
  const copy = structuredClone(before);
  doc.addMilestone(before, "New");
  doc.addRequirements(before, 0, [], [unit("b")]);
  doc.removeRequirement(before, 0, [0]);
  doc.setRule(before, 0, [], "any", 1);
  doc.set(before, "quality.ects", "1");
  assert.deepEqual(before, copy);
});

test("a milestone gets a key that no other has, of its title", () => {
  let found = made();
  for (const title of ["Prüfung!", "prufung", "", "مرحلة", "x".repeat(90)]) found = doc.addMilestone(found, title);
  assert.deepEqual(found.milestones.map(({ key }) => key), ["prufung", "prufung-2", "milestone", "milestone-2", "x".repeat(60)]);
});

test("milestones move and go, and what is needed of them still fits", () => {
  const three = { ...made({ all: [unit("a")] }, { all: [unit("b")] }, { all: [unit("c")] }), award_when: { at_least: 2 } };
  assert.deepEqual(doc.moveMilestone(three, 0, 2).milestones.map(({ key }) => key), ["m1", "m2", "m0"]);
  assert.equal(doc.moveMilestone(three, 0, -1).milestones, three.milestones);
  assert.equal(doc.removeMilestone(three, 0).award_when, "all");
  assert.deepEqual(doc.neededMilestones(doc.setAwardWhen(three, 1)), 1);
});

test("requirements are changed inside groups inside groups", () => {
  const before = made({ all: [unit("a"), { any: [unit("b"), unit("c")] }] });
  const at = (found) => found.milestones[0].require.all[1].any;
  assert.deepEqual(at(doc.addRequirements(before, 0, [1], [unit("d")])), [unit("b"), unit("c"), unit("d")]);
  assert.deepEqual(at(doc.removeRequirement(before, 0, [1, 0])), [unit("c")]);
  assert.deepEqual(at(doc.moveRequirement(before, 0, [1, 0], 1)), [unit("c"), unit("b")]);
  assert.deepEqual(at(doc.setRequirement(before, 0, [1, 1], unit("z"))), [unit("b"), unit("z")]);
  assert.deepEqual(doc.setRule(before, 0, [1], "at_least", 2).milestones[0].require.all[1], { at_least: { count: 2, of: [unit("b"), unit("c")] } });
  assert.deepEqual(doc.wrap(before, 0, [0]).milestones[0].require.all[0], { any: [unit("a")] });
});

test("a condition by itself becomes a group when something is added", () => {
  assert.deepEqual(doc.addRequirements(made(unit("a")), 0, [], [unit("b")]).milestones[0].require, { all: [unit("a"), unit("b")] });
});

test("a member is set where it is, also where nothing was", () => {
  assert.deepEqual(doc.set({ title: "x" }, "quality.ects", "1"), { title: "x", quality: { ects: "1" } });
  assert.equal(doc.get({ quality: null }, "quality.ects"), undefined);
});

test("skills that are there are not added twice", () => {
  const editing = { name: "Editing", uri: "http://x.org/1", framework: "" };
  const once = doc.addSkills({ title: "x" }, [editing, { name: "Patience", uri: "" }]);
  assert.deepEqual(doc.addSkills(once, [editing, { name: "Editing", uri: "" }]).skills.map(({ uri }) => uri), ["http://x.org/1", "", ""]);
});

test("blocks are found in every depth, with the milestones that ask for them", () => {
  const found = doc.askedBlocks(made({ all: [unit("a"), { any: [unit("b"), { manual: { prompt: "x" } }] }] }, { all: [unit("a")] }));
  assert.deepEqual([...found], [["vertical@a", [0, 1]], ["vertical@b", [0]]]);
});

test("a document that is unfinished breaks nothing", () => {
  for (const milestones of [undefined, null, "x", [], [{}], [{ require: null }], [{ require: { all: "x" } }]]) {
    assert.deepEqual([...doc.askedBlocks({ milestones })], []);
  }
});

test("the linter's paths lead to their places", () => {
  assert.deepEqual(doc.place("milestones[1].require.all[0].completion.block"), { milestone: 1, at: [0], member: "require" });
  assert.deepEqual(doc.place("milestones[0].require.at_least.of[2].any[1].manual"), { milestone: 0, at: [2, 1], member: "require" });
  assert.deepEqual(doc.place("milestones[0].require.all"), { milestone: 0, at: [], member: "require" });
  assert.deepEqual(doc.place("milestones[3].title"), { milestone: 3, at: null, member: "title" });
  assert.deepEqual(doc.place("quality.assessment"), { member: "quality" });
});
