// Everything about a microcredential that is not a milestone: what it is called, what it is worth, what happens later.

import { get } from "./definition.js";
import { h } from "./dom.js";
import { button, field, select, sign } from "./parts.js";
import { t } from "./texts.js";

const text = (path, label, extra = {}) => ({ path, label, control: "text", ...extra });

const BASICS = () => [
  text("title", t("Title"), { limit: 255 }),
  text("description", t("Description"), { control: "area", hint: t("What somebody can do who has earned it. Learners and employers read this.") }),
  text("type", t("Kind"), {
    control: "select",
    options: [
      ["MicroCredential", t("Microcredential")],
      ["Badge", t("Badge")],
      ["Certificate", t("Certificate")],
      ["Course", t("Course")],
      ["Competency", t("Competency")],
      ["LearningProgram", t("Learning programme")],
      ["Achievement", t("Achievement")],
    ],
    hint: t("As Open Badges calls it; others read it by machine."),
  }),
  text("language", t("Language"), { limit: 20, hint: t("A code such as en, es or pt-BR.") }),
  { path: "stackable", label: t("Other organisations may build on it"), control: "check" },
];

const words = (names) => names.map(([name, label]) => [name, label]);

/** Each field that an employer looks for, with why it matters to them. */
export const QUALITY = () => [
  text("quality.outcomes", t("Learning outcomes"), {
    control: "lines",
    hint: t("One a line, beginning with a verb. An employer learns from them what the person can do."),
  }),
  text("quality.workload_hours", t("Workload in hours"), { control: "amount", hint: t("It tells a weekend from a term.") }),
  text("quality.ects", t("ECTS credits"), { control: "amount", hint: t("A university needs them to recognise it.") }),
  text("quality.eqf_level", t("EQF level"), {
    control: "select",
    options: [["", t("not stated")], ...[1, 2, 3, 4, 5, 6, 7, 8].map((level) => [String(level), String(level)])],
    whole: true,
    hint: t("How demanding it is, on the scale that all of Europe uses."),
  }),
  text("quality.assessment", t("Assessment"), {
    control: "select",
    options: words([["none", t("none")], ["ungraded", t("ungraded")], ["graded", t("graded")], ["proctored", t("proctored")]]),
    hint: t("Whether somebody checked that it was learned; what is asked must show it."),
  }),
  text("quality.participation", t("Form of participation"), {
    control: "select",
    options: words([["online", t("online")], ["onsite", t("on site")], ["blended", t("blended")]]),
    hint: t("Where the learning took place."),
  }),
  text("quality.supervision", t("Supervision of the assessment"), {
    control: "select",
    options: words([["none", t("none")], ["remote", t("remote")], ["onsite", t("on site")]]),
    hint: t("Whether somebody watched."),
  }),
  text("quality.identity_check", t("Identity check"), {
    control: "select",
    options: words([["none", t("none")], ["remote", t("remote")], ["onsite", t("on site")]]),
    hint: t("Whether it is known that it was this person."),
  }),
  text("quality.quality_assurance", t("Quality assurance"), { control: "optional", hint: t("Who looks after the quality of the course: an accreditation, a review.") }),
  text("quality.prerequisites", t("Prerequisites"), { control: "optional", hint: t("What somebody must know before.") }),
];

const POLICY = () => [
  { path: "eligibility.enrolled", label: t("Only who is enrolled in the course can earn it"), control: "check", fallback: true },
  text("window.opens", t("Can be earned from (UTC)"), { control: "moment" }),
  text("window.closes", t("Can be earned until (UTC)"), { control: "moment", hint: t("What learners do later does not count.") }),
  text("policy.regression", t("When a learner's work is undone after the award"), {
    control: "select",
    options: words([["keep", t("earned stays earned")], ["hold", t("the award is put on hold")], ["revoke", t("the award is revoked")]]),
  }),
  text("policy.grace_days", t("Days until that happens"), { control: "whole" }),
  text("policy.expires_after_months", t("Months until it expires"), { control: "whole", empty: null, hint: t("Empty: never.") }),
];

export const basicsView = (state, act) => formView(t("Basics"), BASICS(), state, act);
export const policyView = (state, act) => formView(t("Policy"), POLICY(), state, act);

export function qualityView(state, act) {
  const fields = QUALITY();
  const stated = fields.filter((one) => isStated(get(state.document, one.path))).length;
  return h(
    "section.panel.form",
    { "aria-labelledby": "form-title" },
    h("h2", { id: "form-title" }, t("Quality")),
    h("p", {}, t("What makes strangers trust it. State what is true; nothing here is required.")),
    h(
      "p.row",
      {},
      h("label", { for: "meter" }, t("{n} of {of} stated", { n: stated, of: fields.length })),
      h("meter", { id: "meter", min: 0, max: fields.length, value: String(stated) }),
    ),
    fields.map((one) => fieldView(one, state, act)),
  );
}

function isStated(value) {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== "" && value !== "none";
}

function formView(title, fields, state, act) {
  return h(
    "section.panel.form",
    { "aria-labelledby": "form-title" },
    h("h2", { id: "form-title" }, title),
    fields.map((one) => fieldView(one, state, act)),
  );
}

function fieldView(one, state, act) {
  const value = get(state.document, one.path) ?? one.fallback;
  const id = one.path.replace(".", "-");
  const put = (written) => act.set(one.path, written, one.path);
  const findings = state.found.at(one.path);
  if (one.control === "check") {
    return h(
      "p.field",
      { key: id },
      h("label.check", {}, h("input", { id, type: "checkbox", checked: value !== false, on: { change: (event) => put(event.target.checked) } }), one.label),
    );
  }
  return field(one.label, CONTROLS[one.control](value, put, one), { id, hint: one.hint, findings });
}

const typed = (put, read) => ({ input: (event) => put(read(event.target.value)) });
const numeric = (empty) => (written) => (written.trim() === "" ? empty : /^\d{1,15}$/.test(written.trim()) ? Number(written) : written);

const CONTROLS = {
  text: (value, put, one) => h("input", { value: value ?? "", maxlength: one.limit, on: typed(put, (written) => written) }),
  optional: (value, put) => h("input", { value: value ?? "", maxlength: 1000, on: typed(put, (written) => written || null) }),
  area: (value, put) => h("textarea", { rows: 4, value: value ?? "", on: typed(put, (written) => written) }),
  lines: (value, put) =>
    h("textarea", {
      rows: 4,
      created: (node) => (node.value = (value ?? []).join("\n")),
      on: typed(put, (written) => written.split("\n").map((line) => line.trim()).filter(Boolean)),
    }),
  amount: (value, put) => h("input", { inputmode: "decimal", value: value ?? "", on: typed(put, (written) => written.trim().replace(",", ".") || null) }),
  whole: (value, put, one) => h("input", { inputmode: "numeric", value: value ?? "", on: typed(put, numeric("empty" in one ? one.empty : 0)) }),
  moment: (value, put) =>
    h("input", { type: "datetime-local", value: (value ?? "").slice(0, 16), on: { change: (event) => put(event.target.value ? `${event.target.value}:00Z` : null) } }),
  select: (value, put, one) => {
    const known = one.options.some(([name]) => name === String(value ?? ""));
    const options = known ? one.options : [...one.options, [String(value), String(value)]];
    return select(String(value ?? ""), options, (written) => put(one.whole ? numeric(null)(written) : written));
  },
};

export function skillsView(state, act) {
  const skills = state.document.skills ?? [];
  const put = (place, name, value) => act.set("skills", skills.with(place, { ...skills[place], [name]: value }), `skills-${place}-${name}`);
  return h(
    "section.panel.form",
    { "aria-labelledby": "form-title" },
    h("h2", { id: "form-title" }, t("Skills")),
    h("p", {}, t("What it shows, in words that others search for. An address of a framework such as ESCO makes it exact.")),
    h(
      "ol.skills",
      {},
      skills.map((skill, place) =>
        h(
          "li.row",
          { key: place },
          skillInput(t("Name of skill {n}", { n: place + 1 }), t("Skill"), skill.name, (value) => put(place, "name", value)),
          skillInput(t("Address of skill {n}", { n: place + 1 }), "https://…", skill.uri, (value) => put(place, "uri", value)),
          skillInput(t("Framework of skill {n}", { n: place + 1 }), "ESCO", skill.framework, (value) => put(place, "framework", value)),
          sign("✕", t("Remove: {what}", { what: skill.name || t("Untitled") }), () => act.set("skills", skills.toSpliced(place, 1))),
        ),
      ),
    ),
    state.found.at("skills").map((finding) => h("p.hint", {}, finding.message)),
    h("p.field", {}, h("label", { for: "skills-file" }, t("Add from a file (a table with a column “name”, or Rich Skill Descriptors)")), h("input", { id: "skills-file", type: "file", accept: ".csv,.tsv,.txt,.json", on: { change: (event) => act.addSkills(event.target) } })),
    button(t("+ Skill"), () => act.set("skills", [...skills, { name: "", uri: "", framework: "" }])),
  );
}

function skillInput(label, placeholder, value, put) {
  return h("input", { "aria-label": label, placeholder, value: value ?? "", maxlength: 1000, on: typed(put, (written) => written) });
}
