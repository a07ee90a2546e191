// Nothing that somebody wrote is lost: history, and the one that saves by itself.

import assert from "node:assert/strict";
import { test } from "node:test";

const assets = process.env.MICROCRED_STUDIO_ASSETS;
const history = await import(`${assets}/history.js`);
const { Saver } = await import(`${assets}/saver.js`);
const { ApiError } = await import(`${assets}/api.js`);

test("what was done is taken back and done again, in its order", () => {
  let found = history.begin("a");
  for (const state of ["b", "c"]) found = history.change(found, state);
  found = history.undo(history.undo(found));
  assert.deepEqual([found.now, history.canUndo(found), history.canRedo(found)], ["a", false, true]);
  assert.equal(history.undo(found), found);
  found = history.redo(history.redo(found));
  assert.deepEqual([found.now, history.canRedo(found)], ["c", false]);
  assert.equal(history.change(history.undo(found), "d").future.length, 0);
});

test("typing in one field is one step; in another, another", () => {
  let found = history.begin("");
  for (const [state, tag] of [["a", "t"], ["ab", "t"], ["abc", "t"], ["abc!", "u"]]) found = history.change(found, state, tag);
  assert.equal((found = history.undo(found)).now, "abc");
  assert.equal(history.undo(found).now, "");
});

test("after something was taken back, typing begins a new step", () => {
  let found = history.change(history.begin(""), "a", "t");
  found = history.change(history.undo(found), "b", "t");
  assert.equal(history.undo(found).now, "");
});

// A clock that stands still until it is moved on, and a server that answers when it is told to.
class Clock {
  waiting = [];
  now = 0;
  setTimeout(action, after) {
    this.waiting.push({ at: this.now + after, action });
    return this.waiting.at(-1);
  }
  clearTimeout(timer) {
    this.waiting = this.waiting.filter((one) => one !== timer);
  }
  async pass(milliseconds) {
    this.now += milliseconds;
    for (const one of this.waiting.filter(({ at }) => at <= this.now)) {
      this.clearTimeout(one);
      one.action();
    }
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function saving({ answers = [] } = {}) {
  const clock = new Clock();
  const sent = [];
  const states = [];
  const save = async (document, lock) => {
    sent.push([document, lock]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    if (typeof answer === "function") await answer();
    return { lock: lock + 1 };
  };
  const saver = new Saver({ save, lock: 1, clock, pause: 100, told: (one) => states.push(one.state) });
  return { saver, clock, sent, states };
}

test("the newest is saved after a pause, once, and the next with the new lock", async () => {
  const { saver, clock, sent } = saving();
  saver.change("a");
  saver.change("b");
  await clock.pass(99);
  assert.deepEqual(sent, []);
  await clock.pass(1);
  saver.change("c");
  await clock.pass(100);
  assert.deepEqual(sent, [["b", 1], ["c", 2]]);
  assert.deepEqual([saver.state, saver.isDirty], ["saved", false]);
});

test("what is written while it is being saved is saved next, never at the same time", async () => {
  let go;
  const { saver, clock, sent } = saving({ answers: [() => new Promise((resolve) => (go = resolve))] });
  saver.change("a");
  await clock.pass(100);
  saver.change("b");
  await clock.pass(1000);
  assert.deepEqual(sent, [["a", 1]]);
  assert.equal(saver.isDirty, true);
  go();
  await settled();
  assert.deepEqual(sent, [["a", 1], ["b", 2]]);
});

test("without a connection it tries again, and saves the newest then", async () => {
  const { saver, clock, sent, states } = saving({ answers: [new ApiError(0), new ApiError(503)] });
  saver.change("a");
  await clock.pass(100);
  assert.deepEqual([saver.state, saver.isDirty], ["offline", true]);
  saver.wanted = "b";
  await clock.pass(2000);
  assert.equal(saver.state, "offline");
  await clock.pass(5000);
  assert.deepEqual(sent.map(([document]) => document), ["a", "b", "b"]);
  assert.deepEqual([states.at(-1), saver.isDirty], ["saved", false]);
});

test("who was second is told, and nothing is sent until they have chosen", async () => {
  const { saver, clock, sent } = saving({ answers: [new ApiError(412)] });
  saver.change("mine");
  await clock.pass(100);
  saver.change("mine, longer");
  await clock.pass(100000);
  assert.deepEqual([saver.state, saver.isDirty, sent.length], ["conflict", true, 1]);
  await saver.resolve(7, "mine, longer");
  assert.deepEqual(sent.at(-1), ["mine, longer", 7]);
  assert.equal(saver.state, "saved");
});

test("who keeps the other one's has nothing to save", async () => {
  const { saver, clock, sent } = saving({ answers: [new ApiError(412)] });
  saver.change("mine");
  await clock.pass(100);
  saver.resolve(7, undefined);
  assert.deepEqual([saver.state, saver.isDirty, saver.lock, sent.length], ["saved", false, 7, 1]);
});

test("what the server refuses stays wanted, and the next change is tried", async () => {
  const { saver, clock, sent } = saving({ answers: [new ApiError(400, { detail: "too large" })] });
  saver.change("a");
  await clock.pass(100);
  assert.deepEqual([saver.state, saver.error.message, saver.isDirty], ["failed", "too large", true]);
  saver.change("b");
  await clock.pass(100);
  assert.deepEqual([saver.state, sent.at(-1)[0]], ["saved", "b"]);
});

test("before something else happens, what waits is saved at once", async () => {
  const { saver, sent } = saving();
  saver.change("a");
  await saver.flush();
  assert.deepEqual([sent.length, saver.state], [1, "saved"]);
  await saver.flush();
  assert.equal(sent.length, 1);
});
