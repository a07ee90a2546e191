// The badge as the server draws it, so that Studio shows what learners will see.

import { h } from "./dom.js";

/** Show a badge: its ring has as many segments as milestones, of which `done` are filled. */
export function badge(base, image, { milestones = 0, done = 0, lit = false, size = 64, alt = "" } = {}) {
  const design = image?.design ?? {};
  const query = new URLSearchParams({ milestones, done, lit: lit ? 1 : 0, size });
  for (const name of ["shape", "colour", "icon"]) if (design[name]) query.set(name, design[name]);
  return h("img.badge", { src: `${base}badge.svg?${query}`, width: size, height: size, alt, draggable: "false" });
}
