// How the badge gets into the course: learners see it where the block of ours stands.

import { badge } from "./badge.js";
import { h } from "./dom.js";
import { button } from "./parts.js";
import { t } from "./texts.js";

export function placementView(state, act) {
  const { placement } = state;
  return h(
    "section.panel.placement",
    { "aria-labelledby": "placement" },
    h("h2", { id: "placement" }, t("Put it in the course")),
    h(
      "div.row",
      {},
      badge(state.base, state.cards[0]?.image, { milestones: 3, done: 2, size: 72 }),
      h("p.grow", {}, t("Learners see badge and progress where you put the block “Microcredential”: in a first unit, and at the end of each section, say.")),
    ),
    placement && !placement.allowed && [
      h("p", {}, t("Studio does not offer the block in this course yet.")),
      button(t("Let this course use the block"), act.allowBlock, { class: "main", disabled: state.busy }),
    ],
    placement?.allowed && placement.places.length === 0 && h("p", {}, t("Open a unit in Studio, choose Advanced under “Add new component”, then Microcredential.")),
    placement?.places.length > 0 && [
      h("p", {}, t("It stands in:")),
      h("ul.places", {}, placement.places.map((place) => h("li", { key: place.url }, h("a", { href: place.url }, h("bdi", {}, place.title))))),
    ],
  );
}
