// One requirement in a teacher's words, with what can be changed about it; groups hold further ones.

import { group, isGroup, kind } from "./definition.js";
import { h } from "./dom.js";
import { button, foundList, select, sign } from "./parts.js";
import { t } from "./texts.js";

/** Show the requirement at a path of a milestone. */
export function requirementView(require, path, context) {
  return isGroup(require) ? groupView(require, path, context) : conditionView(require, path, context);
}

function groupView(require, path, context) {
  const { act, index } = context;
  return h(
    "li.alternatives",
    { key: keyOf(require, path) },
    h("div.row", {}, ruleView(require, path, context), h("span.grow"), moves(path, context, t("this group"))),
    h("ul.asked", {}, group(require).of.map((child, place) => requirementView(child, [...path, place], context))),
    h("div.row", {}, button(t("Add what is ticked here"), () => act.addPickedAt(index, path), { class: "plain" })),
    foundList(context.found(path)),
  );
}

/** "all of these", "any of these", "at least n of these": how a group is met. */
export function ruleView(require, path, { act, index, id }) {
  const found = group(require);
  const name = `rule-${id}-${path.join("-")}`;
  const rules = [
    ["all", t("all of these")],
    ["any", t("any one of these")],
    ["at_least", t("at least so many of these")],
  ];
  return h(
    "span.rule",
    {},
    h("label", { for: name }, path.length ? t("Met by") : t("Earned by")),
    select(found.rule, rules, (rule) => act.setRule(index, path, rule, found.count), { id: name }),
    found.rule === "at_least" &&
      h("input.number", {
        type: "number",
        min: 1,
        max: Math.max(found.of.length, 1),
        value: String(found.count),
        "aria-label": t("How many of these"),
        on: { change: (event) => act.setRule(index, path, "at_least", Number(event.target.value)) },
      }),
  );
}

function conditionView(require, path, context) {
  const name = kind(require);
  const show = SENTENCES[name];
  return h(
    "li.condition",
    { key: keyOf(require, path), "data-path": path.join(".") },
    h(
      "div.row",
      {},
      show ? show(require[name] ?? {}, path, context) : h("span", {}, t("Something this page does not know")),
      h("span.grow"),
      moves(path, context, plain(require, context)),
    ),
    foundList(context.found(path)),
  );
}

const keyOf = (require, path) => `${path.length}-${path.at(-1)}-${kind(require) ?? "group"}`;

function moves(path, { act, index, size }, what) {
  const place = path.at(-1);
  return h(
    "span.moves",
    {},
    sign("↑", t("Move up: {what}", { what }), () => act.moveRequirement(index, path, place - 1), { disabled: place === 0 }),
    sign("↓", t("Move down: {what}", { what }), () => act.moveRequirement(index, path, place + 1), { disabled: place >= size(path) - 1 }),
    sign("✕", t("Remove: {what}", { what }), () => act.removeRequirement(index, path)),
  );
}

const SENTENCES = {
  completion: (asked, path, context) => blockSentence("completion", asked, path, context),
  subsection_grade: (asked, path, context) => blockSentence("subsection_grade", asked, path, context),
  course_grade: (asked, path, context) => [
    h("span", {}, t("Reach a grade of at least")),
    percentInput(asked.minimum, (minimum) => change(context, path, { course_grade: { ...asked, minimum } })),
    h("span", {}, t("% in {title}", { title: courseName(asked.course) })),
  ],
  course_passed: (asked) => h("span", {}, t("Pass {title}", { title: courseName(asked.course) })),
  certificate: (asked) => h("span", {}, t("Earn the certificate of {title}", { title: courseName(asked.course) })),
  microcredential: (asked, path, { state }) => [
    h("span", {}, t("Hold the microcredential")),
    h("b", {}, h("bdi", {}, state.names.get(asked.uuid) ?? asked.uuid)),
  ],
  manual: (asked, path, context) => [
    h("span", {}, t("An instructor confirms:")),
    h("input.prompt", {
      value: asked.prompt ?? "",
      "aria-label": t("What the instructor confirms"),
      maxlength: 255,
      on: {
        input: (event) => change(context, path, { manual: { prompt: event.target.value } }, `prompt-${context.id}-${path}`),
      },
    }),
  ],
};

function blockSentence(name, asked, path, context) {
  const node = context.blocks.get(asked.block);
  const verbs = [
    ["completion", t("Complete")],
    ["subsection_grade", t("Score at least")],
  ];
  const swap = (to) =>
    change(context, path, to === "completion" ? { completion: { block: asked.block } } : { subsection_grade: { block: asked.block, minimum: "0.7" } });
  const graded = node?.type === "sequential" || name === "subsection_grade";
  return [
    graded ? select(name, verbs, swap, { "aria-label": t("What is asked") }) : h("span", {}, t("Complete")),
    name === "subsection_grade" && percentInput(asked.minimum, (minimum) => change(context, path, { subsection_grade: { ...asked, minimum } })),
    name === "subsection_grade" && h("span", {}, t("% in")),
    h("b", {}, h("bdi", {}, node?.title || asked.block)),
    node && name === "completion" && node.leaves > 1 && partly(asked, path, context),
  ];
}

/** How much of a block is enough; a hundred percent unless somebody says otherwise. */
function partly(asked, path, context) {
  return [
    h("span.dim", {}, t("at least")),
    h("input.number", {
      type: "number",
      min: 1,
      max: 100,
      value: String(asked.percent ?? 100),
      "aria-label": t("Percent that must be complete"),
      on: { change: (event) => change(context, path, { completion: { ...asked, percent: whole(event.target.value) } }) },
    }),
    h("span.dim", {}, "%"),
  ];
}

function percentInput(minimum, done) {
  return h("input.number", {
    type: "number",
    min: 1,
    max: 100,
    step: "any",
    value: percentOf(minimum),
    "aria-label": t("Percent"),
    on: { change: (event) => done(fractionOf(event.target.value)) },
  });
}

const whole = (text) => (/^\d+$/.test(text) ? Number(text) : text);

/** "0.875" → "87.5": what a document holds as what a teacher writes. */
export function percentOf(minimum) {
  const found = Number(minimum) * 100;
  return Number.isFinite(found) ? String(Number(found.toFixed(2))) : "";
}

/** "87.5" → "0.875" */
export function fractionOf(percent) {
  const found = Number(percent) / 100;
  return Number.isFinite(found) ? String(Number(found.toFixed(4))) : String(percent);
}

function change({ act, index }, path, value, tag) {
  act.setRequirement(index, path, value, tag);
}

const courseName = (course) => (course === "home" ? t("this course") : course);

/** Say a condition in a few words, for who cannot see it. */
export function plain(require, { blocks, state }) {
  const name = kind(require);
  const asked = require[name] ?? {};
  if (asked.block) return blocks.get(asked.block)?.title || asked.block;
  if (asked.uuid) return state.names.get(asked.uuid) ?? asked.uuid;
  return asked.prompt || courseName(asked.course ?? "home");
}
