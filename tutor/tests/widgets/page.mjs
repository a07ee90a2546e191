// A page in which the widgets stand: a browser of jsdom, the real React, and a platform that answers as a test says.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const HERE = new URL('.', import.meta.url);
const SOURCE = new URL('../../tutormicrocred/templates/microcred/partials/widgets.js', HERE);
export const RUN = 'course-v1:Org+Demo+Run';
export const LMS = 'https://lms.example.org';
export const STUDIO = 'https://studio.example.org';
export const example = () => JSON.parse(readFileSync(new URL('progress.json', HERE), 'utf8'));

const dom = new JSDOM('<!doctype html><html lang="en"><title>Page</title><body></body></html>', {
  url: 'https://apps.example.org/', pretendToBeVisual: true,
});
const browser = { window: dom.window, document: dom.window.document, navigator: dom.window.navigator, IS_REACT_ACT_ENVIRONMENT: true };
for (const [name, value] of Object.entries(browser)) Object.defineProperty(globalThis, name, { value, configurable: true });
export const react = await import('react');
const { createRoot } = await import('react-dom/client');

export const source = readFileSync(SOURCE, 'utf8');
export const parts = new Function(`${source}\nreturn { microcredComponents, microcredWords, microcredRun, microcredAddress };`)();
export const failure = (status) => Object.assign(new Error(`status ${status}`), status ? { response: { status } } : {});

/** Show a widget; `answers` are given one after the other: data, an Error to fail with, or a promise. */
export async function show(name, { answers = [example()], path = `/learning/course/${RUN}/progress`, locale = 'en', messages = {} } = {}) {
  dom.reconfigure({ url: `https://apps.example.org${path}` });
  const asked = [];
  const platform = {
    getConfig: () => ({ LMS_BASE_URL: LMS, STUDIO_BASE_URL: STUDIO }),
    getLocale: () => locale,
    getAuthenticatedHttpClient: () => ({
      async get(url) {
        asked.push(url);
        const answer = await (answers.length > 1 ? answers.shift() : answers[0]);
        if (answer instanceof Error) throw answer;
        return { data: answer };
      },
    }),
  };
  const main = document.body.appendChild(document.createElement('div'));
  const root = createRoot(main);
  const Widget = parts.microcredComponents(react, platform, messages)[name];
  await react.act(async () => root.render(react.createElement(Widget)));
  return {
    main, asked,
    text: () => main.textContent,
    all: (selector) => [...main.querySelectorAll(selector)],
    one: (selector) => main.querySelector(selector),
    act: (doing) => react.act(async () => doing()),
    async close() {
      await react.act(async () => root.unmount());
      main.remove();
    },
  };
}
