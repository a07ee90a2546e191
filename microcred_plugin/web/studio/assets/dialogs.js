// What asks for a decision, or shows something for a moment.

import { h } from "./dom.js";
import { button, dialog, foundList } from "./parts.js";
import { moment, number, t, tn } from "./texts.js";

/** Show the dialog that is open, if one is. */
export function dialogView(state, act) {
  const found = state.dialog && DIALOGS[state.dialog.kind];
  return found ? found(state.dialog, state, act) : null;
}

const DIALOGS = {
  publish: (shown, state, act) =>
    dialog(
      state.microcredential.version ? t("Publish a new version") : t("Publish"),
      act.close,
      [
        shown.changes === undefined && !shown.problems && h("p", {}, t("Looking at what changes …")),
        shown.problems && [h("p", {}, t("It cannot be published like this:")), foundList(shown.problems)],
        shown.changes?.length > 0 && [h("p", {}, t("What learners and employers will find changed:")), changeList(shown.changes)],
        shown.changes?.length === 0 && h("p", {}, state.microcredential.version ? t("Nothing differs from what is published.") : t("From then on, learners can earn it; who has done everything already earns it now.")),
        !shown.problems && [h("label", { for: "note" }, t("A note for your team (optional)")), h("input", { id: "note", value: shown.note ?? "", maxlength: 1000, on: { input: (event) => act.amend({ note: event.target.value }) } })],
      ],
      !shown.problems && button(t("Publish"), act.publish, { class: "main", disabled: shown.changes === undefined || state.busy }),
    ),
  simulate: (shown, state, act) =>
    dialog(t("Who would earn it now"), act.close, [
      shown.problems && [h("p", {}, t("It cannot be tried out like this:")), foundList(shown.problems)],
      !shown.problems && outcome(shown),
    ]),
  conflict: (shown, state, act) =>
    dialog(
      t("Somebody saved before you"),
      act.close,
      !shown.theirs ? h("p", {}, t("Loading …")) : [
        h("p", {}, shown.theirs.saved_by ? t("{who} saved this draft at {at}. Nothing is lost: keep one of both.", { who: shown.theirs.saved_by, at: moment(shown.theirs.saved_at) }) : t("This draft was saved elsewhere. Nothing is lost: keep one of both.")),
        h("div.both", {}, version(t("Yours"), state.document), version(t("Theirs"), shown.theirs.document)),
      ],
      shown.theirs && [button(t("Keep theirs"), act.keepTheirs), button(t("Keep mine"), act.keepMine, { class: "main" })],
    ),
  history: (shown, state, act) =>
    dialog(t("Published versions"), act.close, [
      !shown.versions && h("p", {}, t("Loading …")),
      shown.versions?.length === 0 && h("p", {}, t("It was never published.")),
      h(
        "ol.versions",
        { reversed: true },
        (shown.versions ?? []).map((one) =>
          h(
            "li",
            { key: one.num, value: one.num },
            h("strong", {}, t("Version {n}", { n: number(one.num) })),
            " ",
            one.published_by ? t("by {who}, {at}", { who: one.published_by, at: moment(one.published_at) }) : moment(one.published_at),
            one.current && h("span.tag.good", {}, t("current")),
            one.note && h("p.dim", {}, one.note),
          ),
        ),
      ),
    ]),
  retire: (shown, state, act) =>
    dialog(
      t("Retire it"),
      act.close,
      [
        h("p", {}, t("Nobody earns it any more, in any course. What was earned stays. You can publish it again.")),
        h("label", { for: "reason" }, t("Why? Learners can read this.")),
        h("input", { id: "reason", value: shown.reason ?? "", maxlength: 1000, on: { input: (event) => act.amend({ reason: event.target.value }) } }),
      ],
      button(t("Retire"), act.retire, { class: "danger", disabled: !shown.reason?.trim() || state.busy }),
    ),
  discard: (shown, state, act) =>
    dialog(
      state.microcredential.version ? t("Go back to what is published") : t("Delete it"),
      act.close,
      h("p", {}, state.microcredential.version ? t("All changes since version {n} are lost.", { n: number(state.microcredential.version) }) : t("It was never published, so nothing of it is left.")),
      button(state.microcredential.version ? t("Discard the changes") : t("Delete"), act.discard, { class: "danger", disabled: state.busy }),
    ),
  sources: (shown, state, act) =>
    dialog(t("From another course of yours"), act.close, [
      h("p", {}, t("A copy is a microcredential of its own. To offer one here, too, is for another run of the same course: whoever earned it there has it.")),
      h("label", { for: "search" }, t("Search by title")),
      h("input", { id: "search", type: "search", value: shown.text ?? "", on: { input: (event) => act.searchSources(event.target.value) } }),
      h("p", { role: "status" }, shown.found ? tn("{n} found", "{n} found", shown.found.length) : t("Loading …")),
      h(
        "ul.candidates",
        {},
        (shown.found ?? []).map((one) =>
          h(
            "li.row",
            { key: one.uuid },
            h("span.grow", {}, h("bdi", {}, one.title), " ", h("span.dim", {}, [...one.runs, ...one.inactive_runs].join(", "))),
            button(t("Copy"), () => act.create({ from: "copy", uuid: one.uuid }), { "aria-label": t("Copy {title}", { title: one.title }) }),
            button(t("Offer here, too"), () => act.create({ from: "run", uuid: one.uuid }), { "aria-label": t("Offer {title} here, too", { title: one.title }) }),
          ),
        ),
      ),
    ]),
  candidates: (shown, state, act) =>
    dialog(t("Build on another microcredential"), act.close, [
      h("label", { for: "search" }, t("Search by title")),
      h("input", { id: "search", type: "search", value: shown.text ?? "", on: { input: (event) => act.search(event.target.value) } }),
      h("p", { role: "status" }, shown.found ? tn("{n} found", "{n} found", shown.found.length) : t("Loading …")),
      h(
        "ul.candidates",
        {},
        (shown.found ?? []).map((one) => h("li.row", { key: one.uuid }, h("bdi", {}, one.title), h("span.dim", {}, one.issuer), h("span.grow"), button(t("Add"), () => act.buildOn(one), { "aria-label": t("Build on {title}", { title: one.title }) }))),
      ),
    ]),
};

function changeList(changes) {
  return h("ul.changes", {}, changes.map((one) => h(`li${one.counts ? ".counts" : ""}`, { key: one.path + one.text }, one.text, one.counts && h("span.tag.warn", {}, t("changes who earns it")))));
}

function outcome({ learners = 0, would_earn: earn = 0, missing = [], done = false }) {
  return [
    h("p.result", { role: "status" }, learners === 0 && done ? t("Nobody is enrolled yet.") : [h("b", {}, number(earn)), " ", tn("of {n} learner would earn it now.", "of {n} learners would earn it now.", learners), done ? "" : ` ${t("Counting …")}`]),
    missing.length > 0 && h("h3", {}, t("What is missing most")),
    h(
      "ul.missing",
      {},
      missing.slice(0, 10).map((one) => h("li", { key: one.path }, one.text, h("span.dim", {}, " · ", tn("{n} learner lacks it", "{n} learners lack it", one.learners), one.only_this > 0 && [", ", tn("{n} lacks nothing else", "{n} lack nothing else", one.only_this)]))),
    ),
  ];
}

function version(title, document) {
  const found = Array.isArray(document.milestones) ? document.milestones : [];
  return h("div.panel", { key: title }, h("h3", {}, title), h("p", {}, h("b", {}, document.title)), h("p.dim", {}, document.description), h("ol", {}, found.map((one, index) => h("li", { key: index }, one.title || t("Untitled")))));
}
