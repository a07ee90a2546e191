// The stack that a microcredential belongs to: what it builds on, and what builds on it.

import { badge } from "./badge.js";
import { h } from "./dom.js";
import { button } from "./parts.js";
import { t } from "./texts.js";

export function stackView(state, act) {
  const { stack } = state;
  return h(
    "section.panel.stack",
    { "aria-labelledby": "form-title" },
    h("h2", { id: "form-title" }, t("Stack")),
    !stack && h("p", {}, t("Loading …")),
    stack?.counts_towards.length > 0 && [h("h3", {}, t("Counts towards")), h("ul.nodes", {}, stack.counts_towards.map((node) => nodeView(node, state)))],
    stack && h("h3", {}, t("This one, and what it builds on")),
    stack && h("ul.nodes", {}, nodeView(stack.root, state)),
    stack?.root.builds_on.length === 0 && h("p.dim", {}, t("It builds on nothing else. A stack makes something large of what people earn in small steps.")),
    button(t("+ Build on another microcredential"), () => act.show("candidates")),
  );
}

function nodeView(node, state) {
  return h(
    "li",
    { key: node.uuid },
    h("span.row", {}, badge(state.base, node.image, { size: 32, lit: node.state === "published" }), h("bdi", {}, node.title), h("span.dim", {}, node.issuer)),
    node.builds_on.length > 0 && h("ul.nodes", {}, node.builds_on.map((child) => nodeView(child, state))),
  );
}
