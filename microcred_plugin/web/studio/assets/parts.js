// Small pieces that every view is made of.

import { h } from "./dom.js";
import { t, tn } from "./texts.js";

export const button = (label, click, props = {}) => h("button", { type: "button", ...props, on: { click } }, label);

/** A button that shows a sign and is called something. */
export const sign = (glyph, label, click, props = {}) =>
  h(
    "button.sign",
    { type: "button", "aria-label": label, title: label, ...props, on: { click } },
    h("span", { "aria-hidden": "true" }, glyph),
  );

/** A field with its label above it, and what the linter says of it below. */
export function field(label, control, { id, hint, findings = [] } = {}) {
  const described = [hint && `${id}-hint`, findings.length && `${id}-found`].filter(Boolean).join(" ");
  const wired = { ...control, props: { ...control.props, id, "aria-describedby": described || undefined } };
  if (findings.some((finding) => finding.severity === "error")) wired.props["aria-invalid"] = "true";
  return h(
    "div.field",
    { key: id },
    h("label", { for: id }, label),
    wired,
    hint && h("p.hint", { id: `${id}-hint` }, hint),
    findings.length > 0 && h("div", { id: `${id}-found` }, foundList(findings)),
  );
}

/** What the linter says, beside the thing it speaks about. */
export function foundList(findings) {
  if (!findings.length) return null;
  return h(
    "ul.findings",
    {},
    findings.map((finding) =>
      h(
        `li.${finding.severity}`,
        { key: finding.path + finding.code },
        h("span.mark", { "aria-hidden": "true" }, finding.severity === "error" ? "✕" : "!"),
        h("strong", {}, finding.severity === "error" ? t("To mend:") : t("Think of it:")),
        " ",
        finding.message,
      ),
    ),
  );
}

/** How many errors and warnings there are, as a tag. */
export function foundTag(findings, one) {
  const errors = findings.filter((finding) => finding.severity === "error").length;
  const warnings = findings.length - errors;
  if (!findings.length) return h("span.tag.good", {}, one.version && !one.has_newer_draft ? t("All in order") : t("Ready to publish"));
  return h(
    `span.tag.${errors ? "bad" : "warn"}`,
    {},
    [
      errors > 0 && tn("{n} thing to mend", "{n} things to mend", errors),
      warnings > 0 && tn("{n} warning", "{n} warnings", warnings),
    ]
      .filter(Boolean)
      .join(" · "),
  );
}

export function select(value, options, change, props = {}) {
  return h(
    "select",
    { ...props, on: { change: (event) => change(event.target.value) } },
    options.map(([name, label]) => h("option", { key: name, value: name, selected: name === value }, label)),
  );
}

/** A dialog that takes the keyboard; Escape and the first button close it. */
export function dialog(title, close, content, actions) {
  return h(
    "dialog.dialog",
    {
      key: `dialog-${title}`,
      "aria-labelledby": "dialog-title",
      created: (node) => node.isConnected && !node.open && node.showModal(),
      on: {
        cancel: (event) => {
          event.preventDefault();
          close();
        },
      },
    },
    h("h2", { id: "dialog-title" }, title),
    h("div.dialog-body", {}, content),
    h("div.actions", {}, button(t("Close"), close), actions),
  );
}
