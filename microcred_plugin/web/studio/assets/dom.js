// The view as data: h() describes elements, patch() makes a page be like that and leaves alone what already is, so that
// whoever types keeps cursor and focus. Everything shown is text or an attribute: nothing is ever parsed as markup.

const PROPERTIES = new Set(["value", "checked", "disabled", "indeterminate", "open", "hidden", "selected", "required"]);
const shown = new WeakMap(); // element → what it was made of
const listeners = new WeakMap(); // element → event → function

/** Describe an element: h("button.plain", {on: {click}}, "Undo"). Empty children (null, false) are left out. */
export function h(name, props, ...children) {
  const [tag, ...classes] = name.split(".");
  const given = props ?? {};
  const all = [...classes, given.class].filter(Boolean).join(" ");
  return { tag, key: given.key, props: all ? { ...given, class: all } : given, children: flat(children) };
}

/** Describe an element later, and only if something of this differs from the last time: for what is large. */
export function lazy(tag, key, deps, make) {
  return { tag, key, deps, make, props: {} };
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (typeof child === "object" ? child : { text: String(child) }));
}

/** Make the children of an element be these. */
export function patch(parent, ...children) {
  const active = parent.ownerDocument.activeElement;
  children_(parent, flat(children));
  // A node that was moved has lost its focus.
  if (active && active !== parent.ownerDocument.activeElement && active.isConnected) active.focus();
}

function children_(parent, wanted) {
  const keys = new Set(wanted.map((vnode) => vnode.key));
  const keyed = new Map();
  const free = [];
  for (const node of [...parent.childNodes]) {
    const key = shown.get(node)?.key;
    if (key === undefined) free.push(node);
    else if (keys.has(key)) keyed.set(key, node);
    else node.remove();
  }
  let place = parent.firstChild;
  for (const vnode of wanted) {
    const node = found(vnode, keyed, free) ?? created(parent.ownerDocument, vnode);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    update(node, vnode);
  }
  for (const node of [...free, ...keyed.values()]) node.remove(); // nothing took them over
}

function found(vnode, keyed, free) {
  if (vnode.key !== undefined) {
    const node = keyed.get(vnode.key);
    if (!node || shown.get(node).tag !== vnode.tag) return null;
    keyed.delete(vnode.key);
    return node;
  }
  const index = free.findIndex((node) => shown.get(node)?.tag === vnode.tag);
  return index < 0 ? null : free.splice(index, 1)[0];
}

function created(document, vnode) {
  if (vnode.tag === undefined) return document.createTextNode(vnode.text);
  const node = document.createElement(vnode.tag);
  if (vnode.props.created) queueMicrotask(() => vnode.props.created(node));
  return node;
}

function update(node, given) {
  const old = shown.get(node);
  if (given.make && same(old?.deps, given.deps)) return;
  const vnode = given.make ? { ...given.make(), key: given.key, deps: given.deps } : given;
  shown.set(node, vnode);
  if (vnode.tag === undefined) {
    if (node.data !== vnode.text) node.data = vnode.text;
    return;
  }
  attributes(node, old?.props ?? {}, vnode.props);
  events(node, vnode.props.on ?? {});
  if (vnode.props.opaque) return; // looks after its own content
  children_(node, vnode.children);
  if ("value" in vnode.props && node.value !== String(vnode.props.value)) node.value = vnode.props.value;
}

function same(before, now) {
  return before !== undefined && before.length === now.length && before.every((value, index) => value === now[index]);
}

function attributes(node, old, props) {
  for (const name of new Set([...Object.keys(old), ...Object.keys(props)])) {
    if (["key", "on", "created", "opaque", "value"].includes(name)) continue;
    const value = props[name];
    if (PROPERTIES.has(name)) {
      if (node[name] !== Boolean(value)) node[name] = Boolean(value);
    } else if (value === undefined || value === null || value === false) {
      node.removeAttribute(name);
    } else if (node.getAttribute(name) !== String(value)) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
}

function events(node, wanted) {
  const known = listeners.get(node) ?? {};
  listeners.set(node, known);
  for (const name of Object.keys(wanted)) {
    if (!(name in known)) node.addEventListener(name, (event) => known[name]?.(event));
  }
  for (const name of new Set([...Object.keys(known), ...Object.keys(wanted)])) known[name] = wanted[name];
}
