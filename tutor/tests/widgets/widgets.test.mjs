// What learners and course teams see, in each state; that assistive technology is told the same; that nothing breaks.
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import axe from 'axe-core';
import { LMS, RUN, STUDIO, example, failure, parts, show, source } from './page.mjs';

const open = [];
const shown = async (...args) => {
  const at = await show(...args);
  open.push(at);
  return at;
};
afterEach(async () => {
  for (const at of open.splice(0)) await at.close();
  mock.restoreAll();
});

const nameOf = (at, element) => at.one(`[id="${element.getAttribute('aria-labelledby')}"]`).textContent;

/** Colours are the theme's and need a real browser; everything else that axe knows is looked at. */
async function accessible(at) {
  const { violations } = await axe.run(at.main, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
}

test('the panel asks once, for the run in the address', async () => {
  const at = await shown('ProgressPanel');
  assert.deepEqual(at.asked, [`${LMS}/api/microcredentials/v1/courses/course-v1%3AOrg%2BDemo%2BRun/progress/`]);
});

test('a learner sees what is earned, how far the rest is, and the next step with links to it', async () => {
  const at = await shown('ProgressPanel');
  const [earned, begun] = at.all('section > ul > li');
  assert.equal(earned.textContent, 'BasicsEarned');
  assert.match(earned.querySelector('img').src, new RegExp(`^${LMS}/api/microcredentials/v1/awards/.*/badge.svg$`));
  assert.match(begun.textContent, /^Work & practiceMilestones earned: 1 of 2Next: Complete 2 of 3 units/);
  assert.deepEqual([...begun.querySelectorAll('a')].map((link) => [link.textContent, link.href]), [
    ['U3', `${LMS}/courses/${RUN}/jump_to/u3`],
    ['U4', `${LMS}/courses/${RUN}/jump_to/u4`],
  ]);
});

test('the bar has a name, a value and words for it, and is full only when all is earned', async () => {
  const at = await shown('ProgressPanel');
  const [bar, ...others] = at.all('[role=progressbar]');
  assert.equal(others.length, 0, 'what is earned needs no bar');
  assert.equal(nameOf(at, bar), 'Work & practice');
  const said = ['valuemin', 'valuemax', 'valuenow', 'valuetext'].map((name) => bar.getAttribute(`aria-${name}`));
  assert.deepEqual(said, ['0', '100', '99', 'Milestones earned: 1 of 2']);
  assert.equal(bar.firstChild.style.width, '99%');
});

for (const name of ['ProgressPanel', 'CourseCard']) {
  test(`${name} is accessible, full and failed`, async () => {
    const full = await shown(name);
    assert.equal(nameOf(full, full.one('section')), 'Microcredentials');
    await accessible(full);
    await accessible(await shown(name, { answers: [failure(500)] }));
  });

  test(`${name} says that it failed, and tries again when asked`, async () => {
    for (const error of [failure(500), failure(429), failure(null)]) {
      const at = await shown(name, { answers: [error, example()] });
      assert.equal(at.one('[role=alert] p').textContent, 'The microcredentials could not be loaded.');
      await at.act(() => at.one('button').click());
      assert.equal(at.one('[role=alert]'), null);
      assert.match(at.text(), /Work & practice/);
      assert.equal(at.asked.length, 2);
    }
  });

  test(`${name} shows nothing where there is no plugin, or nobody is signed in`, async () => {
    for (const status of [401, 403, 404]) {
      assert.equal((await shown(name, { answers: [failure(status)] })).main.innerHTML, '');
      const wrapped = Object.assign(new Error(), { customAttributes: { httpErrorStatus: status } });
      assert.equal((await shown(name, { answers: [wrapped] })).main.innerHTML, '');
    }
  });

  test(`${name} keeps an answer of another shape from the page around it`, async () => {
    const logged = mock.method(console, 'error', () => {});
    for (const answer of [{}, { microcredentials: null }, { microcredentials: [null] }, '<html>', null]) {
      const at = await shown(name, { answers: [answer] });
      assert.equal(at.one('section li'), null);
    }
    assert.ok(logged.mock.calls.some(({ arguments: [first] }) => first === 'microcred:'));
  });

  test(`${name} shows nothing outside a course`, async () => {
    for (const path of ['/learning/', '/learning/course/%E0%A4%A/progress']) {
      mock.method(console, 'error', () => {});
      const at = await shown(name, { path });
      assert.deepEqual([at.main.innerHTML, at.asked], ['', []]);
    }
  });

  test(`${name} does not mind an answer that comes after it is gone`, async () => {
    const logged = mock.method(console, 'error', () => {});
    let answer;
    const at = await shown(name, { answers: [new Promise((resolve) => { answer = resolve; })] });
    await open.pop().close();
    await at.act(() => answer(example()));
    assert.deepEqual([at.main.innerHTML, logged.mock.callCount()], ['', 0]);
  });
}

test('the panel says nothing while it loads and where nothing can be earned: most courses have no microcredential', async () => {
  assert.equal((await shown('ProgressPanel', { answers: [new Promise(() => {})] })).main.innerHTML, '');
  assert.equal((await shown('ProgressPanel', { answers: [{ microcredentials: [] }] })).main.innerHTML, '');
});

test('the panel does not show the staff their own progress beside that of a learner', async () => {
  const at = await shown('ProgressPanel', { path: `/learning/course/${RUN}/progress/42` });
  assert.deepEqual([at.main.innerHTML, at.asked], ['', []]);
});

test('a picture that cannot be loaded goes', async () => {
  const at = await shown('ProgressPanel');
  await at.act(() => at.one('img').dispatchEvent(new window.Event('error')));
  assert.equal(at.one('img'), null);
  assert.match(at.text(), /Earned/);
});

test('a link leads to the web and runs nothing', async () => {
  const answer = example();
  const [missing] = answer.microcredentials[1].milestones[1].missing;
  missing.blocks[0].url = 'javascript:alert(1)';
  missing.blocks[1].url = 'https://[';
  const at = await shown('ProgressPanel', { answers: [answer] });
  assert.deepEqual(at.all('a'), []);
  assert.equal(parts.microcredAddress('https://other.example.org/x', LMS), 'https://other.example.org/x');
});

test('titles are text', async () => {
  const answer = example();
  answer.microcredentials[1].title = '<img src=x onerror=alert(1)>';
  const at = await shown('CourseCard', { answers: [answer] });
  assert.equal(at.one('img'), null);
  assert.match(at.text(), /<img src=x/);
});

test('the course team sees what can be earned, or that nothing can yet; before that, that it loads', async () => {
  const path = `/authoring/course/${RUN}/pages-and-resources`;
  const full = await shown('CourseCard', { path });
  assert.deepEqual(full.all('li').map((item) => item.textContent), [
    'BasicsVersion 1, milestones: 1', 'Work & practiceVersion 3, milestones: 2',
  ]);
  const empty = await shown('CourseCard', { path, answers: [{ microcredentials: [] }] });
  assert.match(empty.text(), /No microcredential can be earned in this course run yet\./);
  for (const at of [full, empty]) {
    const [link, ...others] = at.all('a');
    assert.equal(link.href, `${STUDIO}/microcredentials/studio/course-v1%3AOrg%2BDemo%2BRun/`);
    assert.equal(others.length, 0);
  }
  const waiting = await shown('CourseCard', { path, answers: [new Promise(() => {})] });
  assert.equal(waiting.one('[role=status]').textContent, 'Loading…');
  await accessible(empty);
  await accessible(waiting);
});

test('words come from the operator in the language of the page, the region first, English for the rest', async () => {
  const messages = { ar: { earned: 'مُكتسَبة' }, pt: { earned: 'Obtida', heading: 'Microcredenciais' }, 'pt-br': { earned: 'Conquistada' } };
  const arabic = await shown('ProgressPanel', { messages, locale: 'ar' });
  assert.match(arabic.text(), /^MicrocredentialsBasicsمُكتسَبةWork/);
  const brazilian = await shown('ProgressPanel', { messages, locale: 'pt-br' });
  assert.match(brazilian.text(), /^MicrocredenciaisBasicsConquistadaWork/);
});

test('nothing is tied to left or right, to a colour, or to a script from elsewhere', async () => {
  for (const name of ['ProgressPanel', 'CourseCard']) {
    const classes = (await shown(name)).all('[class]').flatMap((element) => [...element.classList]);
    assert.equal(open.at(-1).one('section').style.textAlign, 'start');
    assert.deepEqual(classes.filter((one) => /^[mp][lrx]-|^(float|text|border|bg|rounded)-/.test(one)), []);
  }
  assert.doesNotMatch(source, /#[0-9a-f]{3,8}\b|rgb\(|background|dangerouslySetInnerHTML/i);
  assert.doesNotMatch(source, /https?:\/\//);
});

test('Tutor can copy the text into its template: nothing in it means something to Jinja', () => {
  assert.doesNotMatch(source, /\{\{|\{%|\{#/);
});
