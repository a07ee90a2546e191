// Everything offered in the course, and the ways to begin something.

import { badge } from "./badge.js";
import { h } from "./dom.js";
import { button, foundTag, select } from "./parts.js";
import { placementView } from "./placement-view.js";
import { moment, number, t, tn } from "./texts.js";

export function listView(state, act) {
  const { cards } = state;
  return h(
    "div.list",
    {},
    h("h1", { tabindex: "-1" }, t("Microcredentials")),
    cards.length === 0 ? welcome(state) : null,
    cards.length > 0 && h("ul.cards", {}, cards.map((card) => cardView(card, state, act))),
    beginView(state, act),
    cards.length > 0 && placementView(state, act),
  );
}

function welcome(state) {
  return h(
    "div.welcome.panel",
    {},
    badge(state.base, {}, { milestones: 3, done: 2, size: 120 }),
    h(
      "div",
      {},
      h("p", {}, t("A microcredential says what somebody has shown: you choose what learners do in this course to earn it.")),
      h("p", {}, t("Its milestones are the steps; each may give a badge of its own, and the ring fills while learners work.")),
      h("p", {}, t("Begin from the outline: you can publish it a minute later, and change everything at any time.")),
    ),
  );
}

function cardView(card, state, act) {
  const { microcredential: one, figures } = card;
  return h(
    "li.card.panel",
    { key: one.uuid },
    badge(state.base, card.image, { milestones: card.milestones, done: one.version ? card.milestones : 0, lit: one.state === "published", size: 72 }),
    h(
      "div.card-body",
      {},
      h("h2", {}, h("a", { href: `#/${one.uuid}/milestones` }, h("bdi", {}, one.title))),
      h("p.dim", {}, stateOf(card), " · ", h("bdi", {}, `${one.issuer}/${one.slug}`)),
      h(
        "p.tags",
        {},
        one.state !== "retired" && foundTag(card.findings, one),
        one.version && h("span.tag", {}, tn("{n} learner earned it", "{n} learners earned it", figures.earned)),
        one.version && h("span.tag", {}, tn("{n} under way", "{n} under way", figures.under_way)),
      ),
      one.state === "retired" && h("p.dim", {}, card.retired_reason),
    ),
    !card.offered &&
      h(
        "div.activate",
        {},
        h("p", {}, t("It came with the re-run and is not active here yet.")),
        button(t("Activate in this run"), () => act.activate(one.uuid), { class: "main" }),
      ),
  );
}

/** Say where it stands: "Published, version 3 · with a newer draft · saved by ada, 10:42". */
export function stateOf(card) {
  const { microcredential: one } = card;
  const states = {
    draft: t("Draft, never published"),
    published: t("Published, version {n}", { n: number(one.version ?? 0) }),
    retired: t("Retired"),
  };
  const newer = one.version && one.has_newer_draft && one.state !== "retired" ? t("with a newer draft") : "";
  const saved = card.saved_at ? savedWords(card) : "";
  return [states[one.state], newer, saved].filter(Boolean).join(" · ");
}

function savedWords(card) {
  const at = moment(card.saved_at);
  return card.saved_by ? t("saved by {who}, {at}", { who: card.saved_by, at }) : t("saved {at}", { at });
}

function beginView(state, act) {
  const { begin } = state;
  return h(
    "section.panel.begin",
    { "aria-labelledby": "begin" },
    h("h2", { id: "begin" }, state.cards.length ? t("Begin another one") : t("Begin")),
    h(
      "form.begin-row",
      {
        on: {
          submit: (event) => {
            event.preventDefault();
            act.create({ from: "outline", level: begin.level });
          },
        },
      },
      h("label", { for: "begin-level" }, t("From the outline, with a milestone for each")),
      select(begin.level, [["section", t("section")], ["subsection", t("subsection")]], act.beginLevel, { id: "begin-level" }),
      h("button.main", { type: "submit", disabled: state.busy }, t("Create from the outline")),
    ),
    h(
      "form.begin-row",
      {
        on: {
          submit: (event) => {
            event.preventDefault();
            act.create({ from: "blank", title: begin.title });
          },
        },
      },
      h("label", { for: "begin-title" }, t("From nothing, with the title")),
      h("input", {
        id: "begin-title",
        value: begin.title,
        maxlength: 255,
        required: true,
        on: { input: (event) => act.beginTitle(event.target.value) },
      }),
      h("button", { type: "submit", disabled: state.busy }, t("Create")),
    ),
    h(
      "div.begin-row",
      {},
      h("label", { for: "begin-file" }, t("From a file (YAML or JSON)")),
      h("input", {
        id: "begin-file",
        type: "file",
        accept: ".yaml,.yml,.json",
        on: { change: (event) => act.load(event.target) },
      }),
    ),
    h("div.begin-row", {}, button(t("From another course of yours …"), () => act.show("sources"))),
  );
}
