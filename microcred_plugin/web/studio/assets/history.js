// Undo and redo: what was, what is, what was taken back (pure).

const KEPT = 200;

/** Begin with a state. */
export function begin(now) {
  return { past: [], now, future: [], tag: null };
}

/** Go on to another state. Changes with the same tag in a row (typing in one field) are taken back as one. */
export function change(history, now, tag = null) {
  if (now === history.now) return history;
  const joins = tag !== null && tag === history.tag;
  const past = joins ? history.past : [...history.past, history.now].slice(-KEPT);
  return { past, now, future: [], tag };
}

export const canUndo = (history) => history.past.length > 0;
export const canRedo = (history) => history.future.length > 0;

export function undo(history) {
  if (!canUndo(history)) return history;
  const { past, now, future } = history;
  return { past: past.slice(0, -1), now: past.at(-1), future: [now, ...future], tag: null };
}

export function redo(history) {
  if (!canRedo(history)) return history;
  const { past, now, future } = history;
  return { past: [...past, now], now: future[0], future: future.slice(1), tag: null };
}
