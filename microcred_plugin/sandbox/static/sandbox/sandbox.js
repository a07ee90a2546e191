/* The sandbox's pages: starts XBlocks as the platform's runtimes do, reports what was read, sends answers. */

const csrf = () => decodeURIComponent(/(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? '');

const post = async (url, body) => {
  const response = await fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': csrf() },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`${response.status}`);
  }
  return response.json();
};

const handlerUrl = (element, name, suffix = '', query = '') =>
  element.closest('[data-handlers]').dataset.handlers.replace('HANDLER', name) +
  (suffix ? `/${suffix}` : '') +
  (query ? `?${query}` : '');

/* XBlocks. The page plays both runtimes: in Studio a finished save shows the block as it is now. */

const runtime = {
  handlerUrl,
  notify(name, data) {
    if (name === 'save' && data?.state === 'end') {
      window.location.reload();
    }
    if (name === 'cancel') {
      document.activeElement.closest('details')?.removeAttribute('open');
    }
  },
};

for (const element of document.querySelectorAll('.xblock[data-init]:not([data-init=""])')) {
  const written = element.querySelector(':scope > script[type="json/xblock-args"]');
  window[element.dataset.init]?.(runtime, element, written ? JSON.parse(written.textContent) : undefined);
}

/* Completion. */

const status = document.querySelector('[data-sandbox-status]');

const markDone = (card) => {
  const state = card.querySelector('.state');
  card.classList.add('is-done');
  state.textContent = state.dataset.doneLabel;
  status.textContent = [card.querySelector('h2')?.textContent, state.dataset.doneLabel].filter(Boolean).join(': ');
};

const complete = async (card) => {
  if (card.classList.contains('is-done') || card.dataset.sending) {
    return;
  }
  card.dataset.sending = 'yes';
  try {
    await post(handlerUrl(card, 'publish_completion'), { completion: 1 });
    markDone(card);
  } catch {
    /* not stored: the next visit reports it again */
  } finally {
    delete card.dataset.sending;
  }
};

/* Read means: its end, or a good part of the screen filled by it, has been on a visible screen for a while. */
const watch = (cards, delay) => {
  const timers = new Map();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const card = target.closest('.card');
        clearTimeout(timers.get(card));
        if (isIntersecting) {
          timers.set(card, setTimeout(() => document.visibilityState === 'visible' && complete(card), delay));
        }
      }
    },
    { threshold: 0 },
  );
  for (const card of cards) {
    const end = document.createElement('span');
    end.className = 'end';
    card.append(end);
    observer.observe(end);
  }
};

const unit = document.querySelector('[data-sandbox-unit]');
if (unit) {
  watch(unit.querySelectorAll('[data-complete-by="view"]:not(.is-done)'), Number(unit.dataset.viewDelay));
  unit.addEventListener('click', (event) => {
    if (event.target.closest('[data-complete]')) {
      complete(event.target.closest('.card'));
    }
  });
}

/* Answers. */

const answersOf = (form) => {
  const answers = {};
  for (const question of form.querySelectorAll('[data-question]')) {
    answers[question.dataset.question] = [];
  }
  for (const [name, value] of new FormData(form)) {
    (answers[name] ??= []).push(value);
  }
  return answers;
};

const showResult = (form, result) => {
  for (const question of form.querySelectorAll('[data-question]')) {
    const mark = question.querySelector('.mark');
    const right = result.results[question.dataset.question];
    mark.textContent = right ? mark.dataset.right : mark.dataset.wrong;
    mark.className = `mark ${right ? 'right' : 'wrong'}`;
  }
  const output = form.querySelector('[data-result]');
  output.textContent = `${output.dataset.points} ${result.earned} / ${result.possible}`;
};

for (const form of document.querySelectorAll('[data-problem]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    const card = form.closest('.card');
    button.disabled = true;
    try {
      showResult(form, await post(handlerUrl(card, 'xmodule_handler', 'problem_check'), answersOf(form)));
      markDone(card);
    } catch {
      form.querySelector('[data-result]').textContent = form.querySelector('[data-result]').dataset.failed;
    } finally {
      button.disabled = false;
    }
  });
}

/* Exports often come without their images: say what is not there instead of showing a broken picture. */

const isMissing = (image) => {
  const words = document.createElement('span');
  words.className = 'is-missing';
  words.textContent = image.alt;
  image.replaceWith(words);
};
for (const image of [...document.images]) {
  image.addEventListener('error', () => isMissing(image));
  if (image.complete && !image.naturalWidth) {
    isMissing(image);
  }
}
