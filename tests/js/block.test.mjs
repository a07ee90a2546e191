// The block's script in a page of a few objects: when it asks, what it shows, what it says, when it stops.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const FOLDER = process.env.MICROCRED_BLOCK_PUBLIC ?? new URL('../../xblocks/microcredential/public', import.meta.url).pathname;
const source = (name) => readFileSync(`${FOLDER}/${name}`, 'utf8');

const listeners = () => {
  const heard = {};
  return {
    heard,
    addEventListener: (name, call) => ((heard[name] ??= []).push(call)),
    removeEventListener: (name, call) => (heard[name] = (heard[name] ?? []).filter((one) => one !== call)),
    emit: (name, event = {}) => (heard[name] ?? []).forEach((call) => call(event)),
  };
};

const element = (attributes = {}, found = {}) => ({
  attributes,
  textContent: '',
  innerHTML: 'old',
  open: 'open' in attributes,
  focused: 0,
  classes: new Set(),
  classList: { add() {}, remove() {} },
  getAttribute: (name) => attributes[name] ?? null,
  setAttribute: (name, value) => (attributes[name] = value),
  querySelector: (selector) => found[selector]?.[0] ?? null,
  querySelectorAll: (selector) => found[selector] ?? [],
  contains: (other) => Object.values(found).flat().includes(other),
  focus() {
    this.focused += 1;
  },
});

/** A page with the block in it. Timers wait for `tick()`, requests are answered from `answers`. */
function page({ data, answers = [], parts = {}, backgrounds = [], scheme = '' } = {}) {
  const timers = new Map();
  const requests = [];
  let observe = null;
  let count = 0;
  const body = element({}, parts);
  const live = element();
  const root = element({}, { '[data-microcred-body]': [body], '[data-microcred-live]': [live] });
  root.isConnected = true;
  root.celebrated = 0;
  root.classList = { add: () => (root.celebrated += 1), remove() {} };
  root.matches = () => true;
  const parents = backgrounds.map((backgroundColor) => ({ backgroundColor, parentElement: null }));
  parents.forEach((one, i) => (one.parentElement = parents[i + 1] ?? null));
  root.parentElement = parents[0] ?? null;
  const storage = new Map();
  const document = { ...listeners(), documentElement: { colorScheme: scheme }, activeElement: null, visibilityState: 'visible' };
  class PerformanceObserver {
    constructor(call) {
      observe = (names) => call({ getEntries: () => names.map((name) => ({ name })) });
    }
    observe() {}
    disconnect() {
      observe = null;
    }
  }
  const window = {
    ...listeners(),
    PerformanceObserver,
    matchMedia: () => ({ matches: false, ...listeners() }),
    getComputedStyle: (one) => one,
    sessionStorage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => storage.set(key, value) },
  };
  const context = vm.createContext({
    window, document, PerformanceObserver, AbortController, Promise,
    setTimeout: (call, delay) => (timers.set(++count, { call, delay }), count),
    clearTimeout: (id) => timers.delete(id),
    fetch: (url, options) => {
      requests.push({ url, ...options });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer === 'offline' ? Promise.reject(new Error('offline')) : Promise.resolve({ ok: true, json: () => Promise.resolve(answer) });
    },
  });
  vm.runInContext(source('microcred.js'), context);
  const start = () => context.MicrocredentialXBlock({ handlerUrl: () => '/handler/progress' }, root, data);
  return {
    ...context, start, root, body, live, requests, timers, storage, window, document,
    finish: (...names) => observe?.(names),
    observing: () => observe !== null,
    delays: () => [...timers.values()].map((timer) => timer.delay),
    async tick() {
      const waiting = [...timers.entries()];
      timers.clear();
      waiting.forEach(([, timer]) => timer.call());
      for (let i = 0; i < 12; i += 1) await null;
    },
  };
}

const before = { digest: 'a', news: {}, pending: false };
const after = { html: '<section>new</section>', digest: 'b', news: { 'milestone:x': 'Milestone X earned.' }, pending: false };

test('only requests that may change progress wake it', () => {
  const { MicrocredentialXBlock: block } = page();
  const wakes = (name) => block.mayChangeProgress({ name });
  for (const name of [
    'http://lms/courses/c/xblock/b/handler/publish_completion',
    'http://lms/courses/c/xblock/b/handler/xmodule_handler/problem_check',
    'http://lms/courses/c/xblock/b/handler/xmodule_handler/problem_check?x=1',
    'http://lms/api/completion/v1/completion-batch',
    'http://lms/api/completion/v1/completion-batch/',
  ]) assert.equal(wakes(name), true, name);
  for (const name of [
    'http://lms/courses/c/xblock/b/handler/progress',
    'http://lms/static/publish_completion.js',
    'http://lms/image.png',
    '',
  ]) assert.equal(wakes(name), false, name);
});

test('a completion on the page is shown, and told once', async () => {
  const at = page({ data: before, answers: [after] });
  at.start();
  at.finish('http://lms/handler/publish_completion');
  assert.deepEqual(at.delays(), [700]);
  await at.tick();
  assert.equal(at.body.innerHTML, after.html);
  assert.equal(at.live.textContent, 'Milestone X earned.');
  assert.equal(at.timers.size, 0, 'it changed, so nobody asks again');
  assert.equal(at.requests[0].cache, 'no-store');
});

test('it asks again, less and less often, until something changed, and then leaves it', async () => {
  const at = page({ data: before, answers: [{ ...after, digest: 'a' }] });
  at.start();
  at.finish('/handler/publish_completion');
  const delays = [];
  while (at.timers.size) {
    delays.push(...at.delays());
    await at.tick();
  }
  assert.deepEqual(delays, [700, 2000, 5000]);
  assert.equal(at.requests.length, 3);
  assert.equal(at.body.innerHTML, 'old');
});

test('a burst of completions is one question, and a late one replaces what is under way', async () => {
  const at = page({ data: before, answers: [after] });
  at.start();
  for (let i = 0; i < 5; i += 1) at.finish('/handler/publish_completion');
  assert.equal(at.timers.size, 1);
  at.timers.forEach((timer) => timer.call());
  at.finish('/handler/publish_completion');
  at.timers.forEach((timer) => timer.call());
  assert.equal(at.requests.length, 2);
  assert.equal(at.requests[0].signal.aborted, true);
  assert.equal(at.requests[1].signal.aborted, false);
});

test('a question that was replaced does not hold up the one that replaced it', async () => {
  const at = page({ data: before, answers: [{ ...after, digest: 'a' }] });
  at.start();
  at.finish('/handler/publish_completion');
  const [first] = at.timers.values();
  at.timers.clear();
  first.call();
  at.finish('/handler/publish_completion');
  for (let i = 0; i < 12; i += 1) await null;
  assert.deepEqual(at.delays(), [700]);
});

test('coming back to the page asks again; a page that is only hidden does not', () => {
  const at = page({ data: before, answers: [after] });
  at.start();
  at.document.visibilityState = 'hidden';
  at.document.emit('visibilitychange');
  assert.equal(at.timers.size, 0);
  at.document.visibilityState = 'visible';
  at.document.emit('visibilitychange');
  assert.equal(at.timers.size, 1);
  at.window.emit('pageshow', { persisted: true });
  assert.deepEqual(at.delays(), [0]);
});

test('an award on its way is waited for', async () => {
  const at = page({ data: { ...before, pending: true }, answers: [after] });
  at.start();
  assert.deepEqual(at.delays(), [1500]);
  await at.tick();
  assert.equal(at.body.innerHTML, after.html);
});

test('offline, signed out or nothing to show: what is there stays', async () => {
  for (const answer of ['offline', null, {}]) {
    const at = page({ data: before, answers: [answer] });
    at.start();
    at.finish('/handler/publish_completion');
    await at.tick();
    assert.equal(at.body.innerHTML, 'old');
  }
});

test('a block taken out of the page stops for good', async () => {
  const at = page({ data: before, answers: [after] });
  at.start();
  at.root.isConnected = false;
  at.finish('/handler/publish_completion');
  assert.equal(at.timers.size, 0);
  assert.equal(at.observing(), false);
  assert.deepEqual([at.document.heard.visibilitychange, at.window.heard.focus, at.window.heard.pageshow], [[], [], []]);
});

test('an answer that arrives after the block is gone changes nothing', async () => {
  const at = page({ data: before, answers: [after] });
  at.start();
  at.finish('/handler/publish_completion');
  at.timers.forEach((timer) => timer.call());
  at.root.isConnected = false;
  await at.tick();
  assert.equal(at.body.innerHTML, 'old');
});

test('the focus stays on the same link, or goes to the title when the link is done', async () => {
  for (const key of ['same', 'gone']) {
    const focused = element({ 'data-microcred-focus': key });
    const again = element({ 'data-microcred-focus': 'same' });
    const title = element();
    const parts = { '[data-microcred-focus]': [again], h3: [title], focused: [focused] };
    const at = page({ data: before, answers: [after], parts });
    at.document.activeElement = focused;
    at.start();
    at.finish('/handler/publish_completion');
    await at.tick();
    assert.deepEqual([again.focused, title.focused], key === 'same' ? [1, 0] : [0, 1]);
  }
});

test('what the learner had opened stays open', async () => {
  const more = element({ 'data-microcred-open': 'second', open: '' });
  const at = page({ data: before, answers: [after], parts: { 'details[open]': [more], '[data-microcred-open]': [more] } });
  at.start();
  more.open = false;
  at.finish('/handler/publish_completion');
  await at.tick();
  assert.equal(more.open, true);
});

test('the moment of earning is marked once per award and session', () => {
  const award = element({ 'data-microcred-award': 'u1' });
  const at = page({ data: before, parts: { '[data-microcred-award][data-microcred-fresh]': [award] } });
  at.start();
  at.start();
  assert.equal(at.root.celebrated, 1);
  at.window.sessionStorage.getItem = () => {
    throw new Error('blocked');
  };
  at.start();
  assert.equal(at.root.celebrated, 2, 'without storage it is simply shown again');
});

test('only what was not there before is told', () => {
  const { MicrocredentialXBlock: block } = page();
  assert.equal(block.announcement({ a: 'A.' }, { a: 'A.', b: 'B.', whole: 'C.' }), 'B. C.');
  assert.equal(block.announcement({ a: 'A.' }, { a: 'A.' }), '');
  assert.equal(block.announcement(null, null), '');
});

test('the theme follows what is painted behind the block', () => {
  const seen = (options) => {
    const at = page({ data: before, ...options });
    at.start();
    return at.root.getAttribute('data-microcred-theme');
  };
  assert.equal(seen({ backgrounds: ['rgba(0, 0, 0, 0)', 'rgb(20, 24, 32)'] }), 'dark');
  assert.equal(seen({ backgrounds: ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'] }), 'light');
  assert.equal(seen({ backgrounds: ['transparent'] }), 'light');
  assert.equal(seen({ scheme: 'dark' }), 'dark');
  assert.equal(seen({ scheme: 'light dark' }), 'light', 'both are offered and light is preferred');
});

test('a block that shows nothing is left alone', () => {
  const at = page();
  at.root.matches = () => false;
  at.root.querySelector = () => null;
  at.start();
  assert.deepEqual([at.timers.size, at.requests.length], [0, 0]);
});

// The editor in Studio

function editor(answer) {
  const sent = [];
  const context = vm.createContext({
    document: { cookie: 'a=1; csrftoken=tok%3Den' },
    fetch: (url, options) => (sent.push({ url, ...options }), Promise.resolve(answer)),
  });
  vm.runInContext(source('studio.js'), context);
  return { send: context.MicrocredentialStudioEditor.send, values: context.MicrocredentialStudioEditor.values, sent };
}

test('the form becomes the settings', () => {
  const { values } = editor();
  const form = new Map([['display_name', '  Mine '], ['microcredential', ''], ['variant', 'badge']]);
  assert.deepEqual({ ...values(form) }, { display_name: 'Mine', microcredential: '', variant: 'badge' });
});

test('settings are sent as JSON with the token against forgery', async () => {
  const { send, sent } = editor({ ok: true, json: () => Promise.resolve({ result: 'success' }) });
  assert.deepEqual(await send('/save', { variant: 'badge' }), { result: 'success' });
  assert.equal(sent[0].method, 'POST');
  assert.equal(sent[0].headers['X-CSRFToken'], 'tok=en');
  assert.equal(sent[0].body, '{"variant":"badge"}');
});

test("a refusal carries the server's sentence; without one the editor has its own", async () => {
  const refused = editor({ ok: false, json: () => Promise.resolve({ error: 'Choose what the block shows.' }) });
  await assert.rejects(refused.send('/save', {}), { message: 'Choose what the block shows.' });
  const broken = editor({ ok: false, json: () => Promise.reject(new SyntaxError('<html>')) });
  await assert.rejects(broken.send('/save', {}), { message: '' });
});
