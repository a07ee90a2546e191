// Translations come from Django's catalogue, which a script before this one brings; without it, texts stay English.

/** Translate; {name} in the text is replaced. */
export function t(text, values = {}) {
  return filled(globalThis.gettext?.(text) ?? text, values);
}

/** Translate what is said of a number of things; {n} is the number. */
export function tn(one, many, n, values = {}) {
  const text = globalThis.ngettext?.(one, many, n) ?? (n === 1 ? one : many);
  return filled(text, { n: number(n), ...values });
}

/** Write a number as the reader does. */
export function number(n) {
  return new Intl.NumberFormat(language()).format(n);
}

/** Write a moment as the reader does; today only the time. */
export function moment(iso, now = new Date()) {
  const date = new Date(iso);
  const today = date.toDateString() === now.toDateString();
  const form = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language(), form).format(date);
}

function language() {
  return globalThis.document?.documentElement.lang || "en";
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}
