/* The block in courseware: shows what was earned a moment ago without a reload, and marks the moment once.
 *
 * Global functions, no module: the XBlock runtime calls `MicrocredentialXBlock` by name. The server renders; this
 * script only asks again when something may have changed, and puts the server's HTML in place of the old.
 */
function MicrocredentialXBlock(runtime, element, data) {
  'use strict';

  var host = element && element.jquery ? element[0] : element;
  var root = host && (host.matches('[data-microcred]') ? host : host.querySelector('[data-microcred]'));
  if (!root) {
    return;
  }
  var helpers = MicrocredentialXBlock;
  var body = root.querySelector('[data-microcred-body]');
  var live = root.querySelector('[data-microcred-live]');
  var url = runtime.handlerUrl(host, 'progress');
  var state = data || {};
  var timer = null;
  var turn = 0;
  var flight = null;
  var observer = null;
  var scheme = window.matchMedia ? window.matchMedia('(prefers-color-scheme: dark)') : null;

  /* Asks after each of `delays` (ms) until something changed. A new call replaces the one before. */
  function refresh(delays) {
    turn += 1;
    wait(delays, turn);
  }

  function wait(delays, mine) {
    if (mine !== turn) {
      return;
    }
    clearTimeout(timer);
    if (!alive()) {
      return;
    }
    timer = setTimeout(function () {
      ask().then(function (changed) {
        if (delays.length > 1 && (!changed || state.pending)) {
          wait(delays.slice(1), mine);
        }
      });
    }, delays[0]);
  }

  function ask() {
    if (flight) {
      flight.abort();
    }
    var mine = (flight = new AbortController());
    return fetch(url, {
      headers: { Accept: 'application/json' },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: mine.signal,
    })
      .then(function (response) {
        return response.ok ? response.json() : null;
      })
      .then(function (answer) {
        return Boolean(alive() && answer && answer.digest && answer.digest !== state.digest && show(answer));
      })
      .catch(function () {
        return false; /* offline, signed out or aborted: what is shown stays, the next return to the page asks again */
      })
      .finally(function () {
        if (flight === mine) {
          flight = null;
        }
      });
  }

  function show(answer) {
    var focused = body.contains(document.activeElement)
      ? document.activeElement.getAttribute('data-microcred-focus')
      : null;
    var open = helpers.keys(body.querySelectorAll('details[open]'), 'data-microcred-open');
    body.innerHTML = answer.html;
    open.forEach(function (key) {
      var again = helpers.find(body, 'data-microcred-open', key);
      if (again) {
        again.open = true;
      }
    });
    if (focused !== null) {
      restoreFocus(focused);
    }
    var told = helpers.announcement(state.news, answer.news);
    if (told) {
      live.textContent = told;
    }
    state = answer;
    celebrate();
    return true;
  }

  /* The link may be gone because what it led to is done: then the card itself takes the focus, not the page's top. */
  function restoreFocus(key) {
    var again = helpers.find(body, 'data-microcred-focus', key);
    if (!again) {
      again = body.querySelector('h3');
      again.tabIndex = -1;
    }
    again.focus({ preventScroll: true });
  }

  function celebrate() {
    var award = body.querySelector('[data-microcred-award][data-microcred-fresh]');
    if (!award || !helpers.firstTime(award.getAttribute('data-microcred-award'))) {
      return;
    }
    root.classList.add('is-celebrating');
    setTimeout(function () {
      root.classList.remove('is-celebrating');
    }, 4000);
  }

  function theme() {
    root.setAttribute('data-microcred-theme', helpers.themeBehind(root, scheme && scheme.matches));
  }

  function alive() {
    if (root.isConnected) {
      return true;
    }
    stop();
    return false;
  }

  function stop() {
    clearTimeout(timer);
    if (flight) {
      flight.abort();
    }
    if (observer) {
      observer.disconnect();
    }
    document.removeEventListener('visibilitychange', returned);
    window.removeEventListener('pageshow', shown);
    window.removeEventListener('focus', returned);
    if (scheme && scheme.removeEventListener) {
      scheme.removeEventListener('change', theme);
    }
  }

  function returned() {
    if (document.visibilityState === 'visible') {
      refresh([150, 2500]);
    }
  }

  function shown(event) {
    if (event.persisted) {
      refresh([0, 2500]);
    }
  }

  theme();
  celebrate();
  document.addEventListener('visibilitychange', returned);
  window.addEventListener('pageshow', shown);
  window.addEventListener('focus', returned);
  if (scheme && scheme.addEventListener) {
    scheme.addEventListener('change', theme);
  }
  if (window.PerformanceObserver) {
    observer = new PerformanceObserver(function (list) {
      if (list.getEntries().some(helpers.mayChangeProgress)) {
        refresh([700, 2000, 5000]);
      }
    });
    observer.observe({ type: 'resource' });
  }
  if (state.pending) {
    refresh([1500, 3000, 6000]);
  }
}

/* A finished request after which completions or grades may be different. Nobody's code is touched to see it. */
MicrocredentialXBlock.mayChangeProgress = function (entry) {
  'use strict';
  var path = String(entry.name).split(/[?#]/)[0].replace(/\/+$/, '');
  return /\/(publish_completion|problem_check|problem_submit|xmodule_handler(\/\w+)?|completion-batch|mark_complete)$/.test(path);
};

/* The sentences that were not there before, in order, as one announcement. */
MicrocredentialXBlock.announcement = function (before, after) {
  'use strict';
  return Object.keys(after || {})
    .filter(function (key) {
      return !before || !(key in before);
    })
    .map(function (key) {
      return after[key];
    })
    .join(' ');
};

/* True once per award and browser session; without storage (blocked) the moment is simply shown again. */
MicrocredentialXBlock.firstTime = function (award) {
  'use strict';
  var key = 'microcred:seen:' + award;
  try {
    if (window.sessionStorage.getItem(key)) {
      return false;
    }
    window.sessionStorage.setItem(key, '1');
  } catch (error) {
    return true;
  }
  return true;
};

MicrocredentialXBlock.keys = function (elements, attribute) {
  'use strict';
  return Array.prototype.map.call(elements, function (one) {
    return one.getAttribute(attribute);
  });
};

/* Keys hold addresses and titles, which no selector could hold unescaped. */
MicrocredentialXBlock.find = function (inside, attribute, key) {
  'use strict';
  return Array.prototype.find.call(inside.querySelectorAll('[' + attribute + ']'), function (one) {
    return one.getAttribute(attribute) === key;
  });
};

/* 'dark' or 'light': the first painted background behind the block, else what the page asked the browser for. */
MicrocredentialXBlock.themeBehind = function (root, prefersDark) {
  'use strict';
  for (var at = root.parentElement; at; at = at.parentElement) {
    var brightness = MicrocredentialXBlock.brightness(window.getComputedStyle(at).backgroundColor);
    if (brightness !== null) {
      return brightness < 0.45 ? 'dark' : 'light';
    }
  }
  var asked = window.getComputedStyle(document.documentElement).colorScheme || '';
  return asked.indexOf('dark') >= 0 && (prefersDark || asked.indexOf('light') < 0) ? 'dark' : 'light';
};

/* Brightness 0…1 of `rgb(…)`; null for what is (mostly) transparent or not understood. */
MicrocredentialXBlock.brightness = function (colour) {
  'use strict';
  var parts = /^rgba?\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : [];
  if (parts.length < 3 || (parts.length > 3 && parts[3] < 0.5)) {
    return null;
  }
  return (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
};
