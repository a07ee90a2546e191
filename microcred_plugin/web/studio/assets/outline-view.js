// The course's outline: what can be asked of learners, to be picked, dragged or added.

import { askedBlocks, milestones } from "./definition.js";
import { h, lazy } from "./dom.js";
import { select, sign } from "./parts.js";
import { moment, t, tn } from "./texts.js";

export const DRAGGED = "text/x-microcredential-blocks";

const NOTES = {
  empty: () => t("nothing to complete"),
  "staff-only": () => t("seen by staff only"),
  "per-learner": () => t("some learners see other things"),
  silent: () => t("holds what never reports completion"),
};

export function outlineView(state, act) {
  const asked = askedBlocks(state.document);
  const named = milestones(state.document).map((milestone) => milestone.title);
  return h(
    "section.panel.outline",
    { "aria-labelledby": "outline-title" },
    h("h2", { id: "outline-title" }, t("Course outline")),
    h("p.dim", {}, t("Drag into a milestone, or tick and choose where to add it.")),
    state.outline.length === 0 && h("p", {}, t("Nothing of this course has been published yet.")),
    h("ul.tree", {}, state.outline.map((node) => sectionView(node, { state, act, asked, named }))),
    adding(state, act, named),
  );
}

/** Where what is ticked goes. */
function adding(state, act, named) {
  const count = state.picked.size;
  const targets = [...named.map((title, index) => [String(index), title || t("Untitled")]), ["new", t("a new milestone")]];
  const target = state.target < named.length ? String(state.target) : "new";
  return h(
    "form.adding",
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          act.addPicked();
        },
      },
    },
    h("label", { for: "adding-target" }, tn("Add {n} ticked to", "Add {n} ticked to", count)),
    select(target, targets, act.aim, { id: "adding-target" }),
    h("button.main", { type: "submit", disabled: count === 0 }, t("Add")),
  );
}

/** A section is drawn anew only when something in it differs: a course may have thousands of units. */
function sectionView(node, context) {
  const { state, asked, named } = context;
  const inside = nodesBy([node]);
  const of = (refs) => [...refs].filter((ref) => inside.has(ref)).join(" ");
  const titles = [...asked].filter(([ref]) => inside.has(ref)).map(([ref, places]) => `${ref} ${places.map((place) => named[place])}`);
  const deps = [node, of(state.picked), of(state.closed), titles.join("\n")];
  return lazy("li", node.ref, deps, () => nodeView(node, context));
}

function nodeView(node, context) {
  const { state, act, asked } = context;
  const open = !state.closed.has(node.ref);
  const inVain = node.notes.includes("empty") || node.notes.includes("staff-only");
  const id = `node-${node.ref}`;
  return h(
    "li",
    { key: node.ref },
    h(
      `div.node${asked.has(node.ref) ? ".in" : ""}${inVain ? ".vain" : ""}`,
      {
        draggable: inVain ? "false" : "true",
        on: { dragstart: (event) => act.drag(event, node) },
      },
      node.children.length > 0
        ? sign(open ? "▾" : "▸", t("What is in {title}", name(node)), () => act.toggle(node.ref), {
            "aria-expanded": String(open),
          })
        : h("span.gap"),
      h("input", {
        id,
        type: "checkbox",
        checked: state.picked.has(node.ref),
        disabled: inVain,
        on: { change: () => act.pick(node.ref) },
      }),
      h("label", { for: id }, h("bdi", {}, node.title || kinds()[node.type] || node.type)),
      h("span.about", {}, about(node, context)),
    ),
    open && node.children.length > 0 && h("ul", {}, node.children.map((child) => nodeView(child, context))),
  );
}

const name = (node) => ({ title: node.title || kinds()[node.type] || node.type });

function about(node, { asked, named }) {
  const words = [
    ...node.notes.map((note) => `⚠ ${NOTES[note]?.() ?? note}`),
    node.leaves > 0 && tn("{n} item", "{n} items", node.leaves),
    node.graded && t("graded"),
    node.due && t("due {at}", { at: moment(node.due) }),
    ...(asked.get(node.ref) ?? []).map((index) => named[index] || t("Untitled")),
  ];
  return words.filter(Boolean).join(" · ");
}

export const kinds = () => ({ chapter: t("Section"), sequential: t("Subsection"), vertical: t("Unit") });

const known = new WeakMap(); // what was found last time, by the outline or its only section

/** Find the nodes of an outline by their references. */
export function nodesBy(outline) {
  const of = outline.length === 1 ? outline[0] : outline;
  if (!known.has(of)) {
    const found = new Map();
    const walk = (nodes) => {
      for (const node of nodes) {
        found.set(node.ref, node);
        found.set(node.key, node);
        walk(node.children);
      }
    };
    walk(outline);
    known.set(of, found);
  }
  return known.get(of);
}

const MANY = 150;

/** Name what is closed at first: in a long outline, everything but the sections' titles. */
export function closedAtFirst(outline) {
  const all = new Set([...nodesBy(outline).values()]);
  return new Set(all.size > MANY ? [...all].filter((node) => node.children.length > 0).map((node) => node.ref) : []);
}
