// Load an env.config as a micro-frontend does, and print what stands in its slots: node slots.mjs FILE [MISSING MODULE…]
// Its modules are React's own, and stand-ins for the platform's that have what we call; a missing one cannot be loaded.
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const [file, ...missing] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const modules = {
  '@openedx/frontend-plugin-framework': `
    export const DIRECT_PLUGIN = 'DIRECT_PLUGIN', IFRAME_PLUGIN = 'IFRAME_PLUGIN';
    export const PLUGIN_OPERATIONS = { Insert: 'insert', Hide: 'hide', Modify: 'modify', Wrap: 'wrap' };`,
  '@edx/frontend-platform': "export const getConfig = () => ({ LMS_BASE_URL: 'https://lms.example.org' });",
  '@edx/frontend-platform/auth': 'export const getAuthenticatedHttpClient = () => ({ get: () => new Promise(() => {}) });',
  '@edx/frontend-platform/i18n': "export const getLocale = () => 'en';",
  react: `export * from '${pathToFileURL(require.resolve('react'))}';`,
};
for (const name of missing) modules[name] = "throw new Error('not here');";
const text = (name) => `data:text/javascript,${encodeURIComponent(modules[name])}`;
register(`data:text/javascript,${encodeURIComponent(`
  const known = ${JSON.stringify(Object.fromEntries(Object.keys(modules).map((name) => [name, text(name)])))};
  export const resolve = (name, context, next) =>
    name in known ? { url: known[name], shortCircuit: true, format: 'module' } : next(name, context);
`)}`);

const errors = [];
console.error = (...words) => errors.push(words.map(String).join(' '));
globalThis.window = { location: { pathname: '/authoring/course/course-v1:Org+Demo+Run/progress' } };

const { default: setConfig } = await import(pathToFileURL(file));
const { createElement } = require('react');
const { renderToStaticMarkup } = require('react-dom/server');
const { pluginSlots } = await setConfig();
const described = ({ op, widget }) => ({
  op, type: widget.type, text: renderToStaticMarkup(createElement(widget.RenderWidget)).replace(/<[^>]*>/g, ''),
});
const slots = Object.entries(pluginSlots).map(([slot, { plugins }]) => [slot, plugins.map(described)]);
process.stdout.write(JSON.stringify({ slots: Object.fromEntries(slots), errors }));
