// The badge: its shape, colour and picture, seen as learners will see it.

import { badge } from "./badge.js";
import { get, milestones } from "./definition.js";
import { h } from "./dom.js";
import { field } from "./parts.js";
import { t } from "./texts.js";

export function badgeView(state, act) {
  const design = get(state.document, "image.design") ?? {};
  const put = (name, value) => act.set("image", { design: { ...design, [name]: value } }, `image-${name}`);
  const count = milestones(state.document).length;
  const shown = (options) => badge(state.base, state.document.image, { milestones: count, ...options });
  return h(
    "section.panel.form",
    { "aria-labelledby": "form-title" },
    h("h2", { id: "form-title" }, t("Badge")),
    h(
      "div.previews",
      {},
      figure(t("Before anything is done"), shown({ size: 128 })),
      figure(t("Half way"), shown({ size: 128, done: Math.ceil(count / 2) })),
      figure(t("Earned"), shown({ size: 128, done: count, lit: true })),
      figure(t("Small"), shown({ size: 64, done: count, lit: true })),
      figure(t("In a list"), shown({ size: 32, done: count, lit: true })),
    ),
    choice(t("Shape"), "shape", state.shapes, design.shape ?? "hexagon", put, state),
    field(
      t("Colour"),
      h("input", { type: "color", value: design.colour ?? "#0b5cad", on: { change: (event) => put("colour", event.target.value) } }),
      { id: "colour", hint: t("Where it would be too pale to be seen on white, it is drawn darker."), findings: state.found.at("image.design.colour") },
    ),
    choice(t("Picture"), "icon", state.icons, design.icon ?? "award", put, state),
  );
}

const figure = (caption, picture) => h("figure", { key: caption }, picture, h("figcaption", {}, caption));

function choice(label, name, options, value, put, state) {
  return h(
    "fieldset.choices",
    { key: name },
    h("legend", {}, label),
    options.map((option) =>
      h(
        "label.choice",
        { key: option, title: option },
        h("input", { type: "radio", name, value: option, checked: option === value, on: { change: () => put(name, option) } }),
        badge(state.base, { design: { [name]: option } }, { size: 48, lit: true }),
        h("span", {}, option),
      ),
    ),
  );
}
