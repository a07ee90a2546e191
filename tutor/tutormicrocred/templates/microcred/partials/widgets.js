// microcred: two widgets over GET /api/microcredentials/v1/courses/{key}/progress/. This text is copied into
// env.config.jsx by Tutor; it is no module. Nothing here may break a page: what fails is logged and shows nothing.

const MICROCRED_WORDS = {
  heading: 'Microcredentials',
  loading: 'Loading…',
  failed: 'The microcredentials could not be loaded.',
  retry: 'Try again',
  earned: 'Earned',
  milestones: 'Milestones earned: {done} of {need}',
  next: 'Next: {what}',
  none: 'No microcredential can be earned in this course run yet.',
  version: 'Version {version}, milestones: {need}',
  open: 'Open the microcredentials of this course',
};

/** Say something in the page's language: `pt-br`, else `pt`, else English. */
function microcredWords(messages, locale) {
  const tables = [messages[locale], messages[locale.split('-')[0]], MICROCRED_WORDS];
  return (key, values = {}) => {
    const text = tables.find((table) => table?.[key])[key];
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };
}

/** Find the course run in the page's address; null on another learner's progress, which is not ours to show. */
function microcredRun(pathname) {
  const [, key, rest = ''] = pathname.match(/\/course\/([^/]+)(\/.*)?$/) ?? [];
  return key && !/^\/progress\/\d/.test(rest) ? decodeURIComponent(key) : null;
}

/** Make an address absolute; only the web's own, for a link must not run anything. */
function microcredAddress(path, base) {
  try {
    const url = new URL(path, base);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Build the components. `react` and `platform` are the modules of the micro-frontend. */
function microcredComponents({ Component, createElement: h, useEffect, useId, useState }, platform, messages) {
  // The page's style sheet may say "left" for all text, also where reading begins on the other side.
  const style = { textAlign: 'start' };
  const say = (key, values) => microcredWords(messages, platform.getLocale())(key, values);
  const lms = () => platform.getConfig().LMS_BASE_URL;

  /** Ask for the progress: { state: loading | ready | failed | absent, items, retry }. */
  function useProgress(run) {
    const [attempt, setAttempt] = useState(0);
    const [answer, setAnswer] = useState({ state: 'loading', items: [] });
    useEffect(() => {
      let wanted = true;
      const tell = (next) => wanted && setAnswer(next);
      tell({ state: 'loading', items: [] });
      const url = `${lms()}/api/microcredentials/v1/courses/${encodeURIComponent(run)}/progress/`;
      Promise.resolve()
        .then(() => platform.getAuthenticatedHttpClient().get(url))
        .then(({ data }) => tell({ state: 'ready', items: [...data.microcredentials] }))
        .catch((error) => {
          const status = error?.response?.status ?? error?.customAttributes?.httpErrorStatus;
          // An LMS without the plugin, a visitor who is not signed in: there is nothing to try again.
          tell({ state: [401, 403, 404].includes(status) ? 'absent' : 'failed', items: [] });
        });
      return () => { wanted = false; };
    }, [run, attempt]);
    return { ...answer, retry: () => setAttempt(attempt + 1) };
  }

  const Failed = ({ retry }) => h('div', { role: 'alert' },
    h('p', { className: 'mb-2' }, say('failed')),
    h('button', { type: 'button', className: 'btn btn-outline-primary btn-sm', onClick: retry }, say('retry')));

  function Picture({ award }) {
    const [broken, setBroken] = useState(false);
    const src = award && !broken && microcredAddress(award.badge_url, lms());
    return src ? h('img', { src, alt: '', width: 64, height: 64, className: 'mb-2', onError: () => setBroken(true) }) : null;
  }

  function Bar({ item, titleId }) {
    const earned = item.milestones.filter((milestone) => milestone.earned).length;
    const measure = say('milestones', { done: Math.min(earned, item.required_milestones), need: item.required_milestones });
    // Rounded down: 100 is for what is earned.
    const percent = Math.floor(Number(item.fraction) * 100);
    return h('div', { className: 'mb-2' },
      h('div', {
        role: 'progressbar', className: 'progress', 'aria-labelledby': titleId,
        'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': percent, 'aria-valuetext': measure,
      }, h('div', { className: 'progress-bar', style: { width: `${percent}%` } })),
      h('p', { className: 'small mb-0' }, measure));
  }

  /** The next step before everything else that is left: one sentence, and the first units it speaks of. */
  function Next({ item }) {
    const [missing] = item.milestones.filter((milestone) => !milestone.earned).flatMap((milestone) => milestone.missing);
    if (!missing) return null;
    const links = missing.blocks.slice(0, 3)
      .map((block) => ({ ...block, href: microcredAddress(block.url, lms()) }))
      .filter(({ href }) => href);
    return h('div', { className: 'small' },
      h('p', { className: 'mb-1' }, say('next', { what: missing.text })),
      links.length > 0 && h('ul', { className: 'mb-0' },
        links.map(({ key, href, title }) => h('li', { key }, h('a', { href }, title)))));
  }

  function Standing({ item }) {
    const titleId = useId();
    return h('li', { className: 'mb-4' },
      h('h3', { className: 'h5', id: titleId }, item.title),
      item.earned ? h(Picture, { award: item.award }) : null,
      item.earned ? h('p', { className: 'mb-0' }, say('earned')) : h(Bar, { item, titleId }),
      item.earned ? null : h(Next, { item }));
  }

  /** For learners, beside their progress in the course. It appears only where there is something to earn. */
  function ProgressPanel({ run }) {
    const { state, items, retry } = useProgress(run);
    const headingId = useId();
    if (state !== 'failed' && items.length === 0) return null;
    return h('section', { style, className: 'mb-4 rounded shadow-sm p-4', 'aria-labelledby': headingId },
      h('h2', { className: 'h4', id: headingId }, say('heading')),
      state === 'failed' ? h(Failed, { retry }) : h('ul', { className: 'list-unstyled mb-0' },
        items.map((item) => h(Standing, { key: item.uuid, item }))));
  }

  /** For course teams, on Pages & Resources: what can be earned in this run, and the way to our page in Studio. */
  function CourseCard({ run }) {
    const { state, items, retry } = useProgress(run);
    const headingId = useId();
    if (state === 'absent') return null;
    const href = microcredAddress(`/microcredentials/studio/${encodeURIComponent(run)}/`, platform.getConfig().STUDIO_BASE_URL);
    const list = h('ul', null, items.map((item) => h('li', { key: item.uuid },
      h('strong', null, item.title), h('br'),
      h('span', { className: 'small' }, say('version', { version: item.version, need: item.required_milestones })))));
    const body = {
      loading: () => h('p', { role: 'status', className: 'mb-0' }, say('loading')),
      failed: () => h(Failed, { retry }),
      ready: () => (items.length > 0 ? list : h('p', null, say('none'))),
    };
    return h('section', { style, className: 'card shadow h-100 p-4', 'aria-labelledby': headingId },
      h('h3', { className: 'h4', id: headingId }, say('heading')), body[state](),
      state === 'ready' && href && h('a', { href }, say('open')));
  }

  /** Keeps an error of ours from the page around it. */
  class Contained extends Component {
    constructor(props) {
      super(props);
      this.state = { broken: false };
    }

    static getDerivedStateFromError() {
      return { broken: true };
    }

    componentDidCatch(error) {
      console.error('microcred:', error);
    }

    render() {
      return this.state.broken ? null : this.props.children;
    }
  }

  function OfThisRun({ widget }) {
    const run = microcredRun(window.location.pathname);
    return run && h(widget, { run });
  }

  const contained = (widget) => () => h(Contained, null, h(OfThisRun, { widget }));
  return { ProgressPanel: contained(ProgressPanel), CourseCard: contained(CourseCard) };
}

/** Load what the micro-frontend has, and give its widgets; without it, widgets that show nothing. */
async function microcredWidgets(messages) {
  try {
    const [react, { getConfig }, { getAuthenticatedHttpClient }, { getLocale }] = await Promise.all([
      import('react'),
      import('@edx/frontend-platform'),
      import('@edx/frontend-platform/auth'),
      import('@edx/frontend-platform/i18n'),
    ]);
    return microcredComponents(react, { getConfig, getAuthenticatedHttpClient, getLocale }, messages);
  } catch (error) {
    console.error('microcred:', error);
    const nothing = () => null;
    return { ProgressPanel: nothing, CourseCard: nothing };
  }
}
