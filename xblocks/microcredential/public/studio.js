/* The editor of the block's settings in Studio; also works on a page without Studio's modal. */
function MicrocredentialStudioEditor(runtime, element, data) {
  'use strict';

  var host = element && element.jquery ? element[0] : element;
  var form = host.querySelector('[data-microcred-form]');
  var error = host.querySelector('[data-microcred-error]');
  var button = form.querySelector('button[type="submit"]');

  function notify(name, what) {
    if (typeof runtime.notify === 'function') {
      runtime.notify(name, what);
    }
  }

  form.addEventListener('submit', function (event) {
    event.preventDefault();
    error.textContent = '';
    button.disabled = true;
    notify('save', { state: 'start', message: data.saving });
    MicrocredentialStudioEditor.send(
      runtime.handlerUrl(host, 'save_settings'),
      MicrocredentialStudioEditor.values(new FormData(form))
    )
      .then(function () {
        notify('save', { state: 'end' });
      })
      .catch(function (problem) {
        error.textContent = problem.message || data.failed;
        notify('error', { title: data.failed, message: error.textContent });
      })
      .finally(function () {
        button.disabled = false;
      });
  });

  form.querySelector('[data-microcred-cancel]').addEventListener('click', function () {
    notify('cancel', {});
  });
}

MicrocredentialStudioEditor.values = function (form) {
  'use strict';
  return {
    display_name: String(form.get('display_name') || '').trim(),
    microcredential: form.get('microcredential') || '',
    variant: form.get('variant'),
  };
};

/* Rejects with the server's own sentence, where it gave one. */
MicrocredentialStudioEditor.send = function (url, values) {
  'use strict';
  var token = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie || '');
  return fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: Object.assign(
      { 'Content-Type': 'application/json', Accept: 'application/json' },
      token ? { 'X-CSRFToken': decodeURIComponent(token[1]) } : {}
    ),
    body: JSON.stringify(values),
  }).then(function (response) {
    return response
      .json()
      .catch(function () {
        return {};
      })
      .then(function (answer) {
        if (!response.ok) {
          throw new Error(answer.error || '');
        }
        return answer;
      });
  });
};
