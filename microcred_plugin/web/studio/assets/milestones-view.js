// The milestones: what each is called, what it asks, whether it has a badge; in the order in which learners see them.

import { group, milestones, neededMilestones } from "./definition.js";
import { h } from "./dom.js";
import { DRAGGED, nodesBy } from "./outline-view.js";
import { button, foundList, select, sign } from "./parts.js";
import { requirementView, ruleView } from "./requirement-view.js";
import { t, tn } from "./texts.js";

export function milestonesView(state, act) {
  const found = milestones(state.document);
  const blocks = nodesBy(state.outline);
  return h(
    "section.panel.milestones",
    { "aria-labelledby": "milestones-title" },
    h("h2", { id: "milestones-title" }, t("Milestones")),
    found.length > 1 && neededView(state, act, found.length),
    foundList(state.found.at("milestones").concat(state.found.at("award_when"))),
    found.length === 0 && h("p.empty", {}, t("No milestone yet. Tick units in the outline and add them, or begin with an empty one.")),
    h("ol.steps", {}, found.map((milestone, index) => milestoneView(milestone, index, { state, act, blocks, count: found.length }))),
    h(
      "div.actions",
      {
        on: { dragover: allow, drop: (event) => act.dropAt(event, null) },
      },
      button(t("+ Milestone"), act.addMilestone),
      button(t("+ Build on another microcredential"), () => act.show("candidates")),
    ),
  );
}

function neededView(state, act, count) {
  const needed = neededMilestones(state.document);
  const options = [["all", t("all milestones")]];
  for (let n = 1; n < count; n += 1) options.push([String(n), tn("at least {n} milestone", "at least {n} milestones", n)]);
  return h(
    "p.row",
    {},
    h("label", { for: "needed" }, t("A learner earns it with")),
    select(String(needed), options, (value) => act.setAwardWhen(value === "all" ? "all" : Number(value)), { id: "needed" }),
  );
}

function allow(event) {
  if (![...event.dataTransfer.types].includes(DRAGGED)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

function milestoneView(milestone, index, { state, act, blocks, count }) {
  const id = milestone.key ?? String(index);
  const size = (path) => group(path.slice(0, -1).reduce((found, place) => group(found).of[place], milestone.require)).of.length;
  const found = (path) => state.found.inMilestone(index, path);
  const context = { state, act, blocks, index, id, size, found };
  const asked = group(milestone.require);
  const title = milestone.title || t("Untitled");
  return h(
    `li.milestone${state.target === index ? ".aimed" : ""}`,
    {
      key: id,
      on: { dragover: allow, drop: (event) => act.dropAt(event, index), focusin: () => act.aim(String(index)) },
    },
    h(
      "div.row",
      {},
      h("span.dot", { "aria-hidden": "true" }, String(index + 1)),
      h("input.title", {
        id: `title-${id}`,
        value: milestone.title ?? "",
        maxlength: 255,
        "aria-label": t("Title of milestone {n}", { n: index + 1 }),
        on: { input: (event) => act.setMilestone(index, { title: event.target.value }, `title-${id}`) },
      }),
      h("span.grow"),
      h(
        "label.check",
        {},
        h("input", {
          type: "checkbox",
          checked: Boolean(milestone.badge),
          on: { change: (event) => act.setMilestone(index, { badge: event.target.checked }) },
        }),
        t("own badge"),
      ),
      sign("↑", t("Move up: {what}", { what: title }), () => act.moveMilestone(index, index - 1), { disabled: index === 0 }),
      sign("↓", t("Move down: {what}", { what: title }), () => act.moveMilestone(index, index + 1), { disabled: index === count - 1 }),
      sign("✕", t("Remove milestone: {what}", { what: title }), () => act.removeMilestone(index)),
    ),
    foundList(state.found.inMilestone(index, null)),
    asked.of.length > 1 || asked.rule === "at_least" ? h("p", {}, ruleView(milestone.require, [], context)) : null,
    h("ul.asked", {}, asked.of.map((one, place) => requirementView(one, [place], context))),
    asked.of.length === 0 && h("p.empty", {}, t("Nothing is asked yet. Drag units here, or add what is ticked.")),
    foundList(state.found.inMilestone(index, [])),
    adding(index, id, milestone, state, act),
  );
}

function adding(index, id, milestone, state, act) {
  const asked = group(milestone.require).of;
  const hasManual = asked.some((one) => one && "manual" in one);
  const choices = [
    [t("A grade in this course"), { course_grade: { course: "home", minimum: "0.7" } }],
    [t("Passing this course"), { course_passed: { course: "home" } }],
    [t("The certificate of this course"), { certificate: { course: "home" } }],
    !hasManual && [t("An instructor's confirmation"), { manual: { prompt: t("The work was reviewed") } }],
  ].filter(Boolean);
  const count = state.picked.size;
  return h(
    "div.row.adds",
    {},
    count > 0 && button(tn("Add {n} ticked here", "Add {n} ticked here", count), () => act.addPickedAt(index, []), { class: "plain" }),
    h(
      "details.menu",
      { key: `menu-${id}` },
      h("summary", {}, t("+ Ask for something else")),
      h(
        "ul",
        {},
        choices.map(([label, value]) =>
          h("li", { key: label }, button(label, (event) => act.addRequirement(index, value, event.target.closest("details")), { class: "plain" })),
        ),
        h("li", {}, button(t("Alternatives: any of what is ticked"), (event) => act.addAlternatives(index, event.target.closest("details")), { class: "plain", disabled: count < 2 })),
      ),
    ),
  );
}
