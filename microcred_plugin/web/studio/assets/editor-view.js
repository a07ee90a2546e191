// One microcredential: what is said of it as a whole, and the parts that can be written.

import { badge } from "./badge.js";
import { badgeView } from "./badge-view.js";
import { milestones } from "./definition.js";
import { basicsView, policyView, qualityView, skillsView } from "./details-view.js";
import { h } from "./dom.js";
import { canRedo, canUndo } from "./history.js";
import { milestonesView } from "./milestones-view.js";
import { outlineView } from "./outline-view.js";
import { button, foundTag, sign } from "./parts.js";
import { stackView } from "./stack-view.js";
import { moment, number, t } from "./texts.js";

export const TABS = {
  milestones: { label: () => t("Milestones"), view: (state, act) => h("div.two", { key: "milestones" }, outlineView(state, act), milestonesView(state, act)), of: ["milestones", "award_when"] },
  basics: { label: () => t("Basics"), view: basicsView, of: ["title", "description", "type", "language", "stackable"] },
  badge: { label: () => t("Badge"), view: badgeView, of: ["image"] },
  stack: { label: () => t("Stack"), view: stackView, of: [] },
  quality: { label: () => t("Quality"), view: qualityView, of: ["quality"] },
  skills: { label: () => t("Skills"), view: skillsView, of: ["skills"] },
  policy: { label: () => t("Policy"), view: policyView, of: ["policy", "eligibility", "window"] },
};

export function editorView(state, act) {
  const { microcredential: one } = state;
  const count = milestones(state.document).length;
  return h(
    "div.editor",
    { key: one.uuid },
    h("p.back", {}, h("a", { href: "#/" }, t("All microcredentials of this course"))),
    h(
      "header.panel.head",
      {},
      badge(state.base, state.document.image, { milestones: count, done: count, lit: true, size: 64 }),
      h("div.grow", {}, h("h1", { tabindex: "-1" }, h("bdi", {}, state.document.title || t("Untitled"))), h("p.dim", { role: "status" }, standing(state))),
      foundTag(state.found.all, one),
      h(
        "div.actions",
        { role: "toolbar", "aria-label": t("Actions") },
        sign("↶", t("Undo"), act.undo, { disabled: !canUndo(state.history) }),
        sign("↷", t("Redo"), act.redo, { disabled: !canRedo(state.history) }),
        button(t("Preview"), act.preview),
        button(t("Simulate"), () => act.show("simulate")),
        button(t("Publish…"), () => act.show("publish"), { class: "main" }),
        more(state, act),
      ),
    ),
    trouble(state, act),
    tabs(state),
    TABS[state.tab].view(state, act),
  );
}

function more(state, act) {
  const { microcredential: one } = state;
  const item = (label, click, props) => h("li", { key: label }, button(label, click, { class: "plain", ...props }));
  return h(
    "details.menu.end",
    { key: "more" },
    h("summary", { "aria-label": t("More") }, "⋯"),
    h(
      "ul",
      {},
      item(t("Published versions"), () => act.show("history")),
      h("li", { key: "export" }, h("a", { href: act.exportAddress(), download: true }, t("Download as a file"))),
      one.version && one.state !== "retired" && item(t("Retire…"), () => act.show("retire")),
      item(one.version ? t("Discard the changes…") : t("Delete…"), () => act.show("discard")),
    ),
  );
}

/** "Draft · changes since version 2 · saved 10:42" */
function standing(state) {
  const { microcredential: one, saver } = state;
  const since = one.version ? (one.has_newer_draft ? t("changed since version {n}", { n: number(one.version) }) : t("as published, version {n}", { n: number(one.version) })) : t("never published");
  const saving = {
    saved: state.savedAt ? t("saved {at}", { at: moment(state.savedAt) }) : t("nothing to save"),
    waiting: t("saving …"),
    saving: t("saving …"),
    offline: t("not saved: no connection, trying again"),
    conflict: t("not saved: somebody saved before you"),
    failed: t("not saved"),
  };
  return `${since} · ${saving[saver.state]}`;
}

function trouble(state, act) {
  const { saver } = state;
  if (saver.state === "conflict") return h("div.notice.bad", { role: "alert", key: "trouble" }, t("Somebody saved this draft before you. Both are kept until you choose."), " ", button(t("Look at both"), () => act.show("conflict")));
  if (saver.state === "offline") return h("div.notice.warn", { role: "alert", key: "trouble" }, t("There is no connection. Go on writing: it is saved as soon as there is one. Do not close this page."));
  if (saver.state === "failed") return h("div.notice.bad", { role: "alert", key: "trouble" }, t("It could not be saved: {why}", { why: saver.error?.message || t("the server refused it") }));
  if (state.outlineChanged) return h("div.notice.warn", { role: "status", key: "trouble" }, t("The course has changed. The outline and the warnings are up to date again."));
  return null;
}

function tabs(state) {
  const current = state.tab;
  return h(
    "nav.tabs",
    { "aria-label": t("Parts"), key: "tabs" },
    Object.entries(TABS).map(([name, tab]) => {
      const count = state.found.count(tab.of);
      return h("a", { key: name, href: `#/${state.microcredential.uuid}/${name}`, "aria-current": name === current ? "page" : undefined }, tab.label(), count > 0 && h("span.count", { "aria-label": t("{n} findings", { n: count }) }, String(count)));
    }),
  );
}
