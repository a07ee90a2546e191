// What can be done to a definition document (docs/reference/definition.md): each function returns a new one (pure).

export const CONDITIONS = [
  "completion",
  "subsection_grade",
  "course_grade",
  "course_passed",
  "certificate",
  "microcredential",
  "manual",
];

/** Return the milestones; a document that is unfinished may have none. */
export function milestones(document) {
  return Array.isArray(document.milestones) ? document.milestones : [];
}

/** Read a requirement as a group {rule, count, of}; a condition by itself is a group of one. */
export function group(require) {
  if (Array.isArray(require?.all)) return { rule: "all", count: require.all.length, of: require.all };
  if (Array.isArray(require?.any)) return { rule: "any", count: 1, of: require.any };
  const some = require?.at_least;
  if (some && Array.isArray(some.of)) return { rule: "at_least", count: some.count ?? 1, of: some.of };
  return { rule: "all", count: require ? 1 : 0, of: require && kind(require) ? [require] : [] };
}

/** Write a group as a requirement. Of "at least n", n never exceeds what there is. */
export function requirement({ rule, count, of }) {
  if (rule !== "at_least") return { [rule]: of };
  return { at_least: { count: Math.max(1, Math.min(Number(count) || 1, Math.max(of.length, 1))), of } };
}

/** Name the condition that a requirement is; undefined for a group. */
export function kind(require) {
  return CONDITIONS.find((name) => require && name in require);
}

export const isGroup = (require) => Boolean(require) && ["all", "any", "at_least"].some((rule) => rule in require);

/** Make a key that no milestone has, of a title. */
export function keyFor(document, title) {
  const taken = new Set(milestones(document).map((milestone) => milestone.key));
  const plain =
    title
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60)
      .replace(/-+$/, "") || "milestone";
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? plain : `${plain}-${n}`;
    if (!taken.has(key)) return key;
  }
}

export function addMilestone(document, title, asked = []) {
  const made = { key: keyFor(document, title), title, description: "", badge: true, require: { all: asked } };
  return { ...document, milestones: [...milestones(document), made] };
}

export function removeMilestone(document, index) {
  return withMilestones(document, milestones(document).toSpliced(index, 1));
}

export function moveMilestone(document, from, to) {
  return { ...document, milestones: moved(milestones(document), from, to) };
}

export function setMilestone(document, index, values) {
  return { ...document, milestones: milestones(document).with(index, { ...milestones(document)[index], ...values }) };
}

/** Say how many milestones are needed: "all", or a number. */
export function setAwardWhen(document, needed) {
  return { ...document, award_when: needed === "all" ? "all" : { at_least: needed } };
}

export const neededMilestones = (document) => document.award_when?.at_least ?? "all";

function withMilestones(document, found) {
  const needed = neededMilestones(document);
  const fits = needed === "all" || needed < found.length ? document.award_when : "all";
  return { ...document, milestones: found, ...(fits === undefined ? {} : { award_when: fits }) };
}

/** Put requirements into the group at a path (a list of places in groups) of a milestone. */
export function addRequirements(document, index, path, added) {
  return atGroup(document, index, path, (found) => ({ ...found, of: [...found.of, ...added] }));
}

export function removeRequirement(document, index, path) {
  const place = path.at(-1);
  return atGroup(document, index, path.slice(0, -1), (found) => ({ ...found, of: found.of.toSpliced(place, 1) }));
}

export function setRequirement(document, index, path, value) {
  const place = path.at(-1);
  return atGroup(document, index, path.slice(0, -1), (found) => ({ ...found, of: found.of.with(place, value) }));
}

export function moveRequirement(document, index, path, to) {
  const place = path.at(-1);
  return atGroup(document, index, path.slice(0, -1), (found) => ({ ...found, of: moved(found.of, place, to) }));
}

export function setRule(document, index, path, rule, count) {
  return atGroup(document, index, path, (found) => ({ ...found, rule, count }));
}

/** Let one requirement become a group, to which alternatives can be added. */
export function wrap(document, index, path) {
  return setRequirement(document, index, path, { any: [requirementAt(document, index, path)] });
}

export function requirementAt(document, index, path) {
  return path.reduce((found, place) => group(found).of[place], milestones(document)[index].require);
}

function atGroup(document, index, path, change) {
  const inside = (require, [place, ...rest]) => {
    const found = group(require);
    if (place === undefined) return requirement(change(found));
    return requirement({ ...found, of: found.of.with(place, inside(found.of[place], rest)) });
  };
  return setMilestone(document, index, { require: inside(milestones(document)[index].require, path) });
}

/** Set a member by its path, such as "quality.ects". */
export function set(document, path, value) {
  const [name, ...rest] = path.split(".");
  return { ...document, [name]: rest.length ? set(document[name] ?? {}, rest.join("."), value) : value };
}

export function get(document, path) {
  return path.split(".").reduce((found, name) => found?.[name], document);
}

/** Add skills, but for those that are there: of the same name and address. */
export function addSkills(document, added) {
  const skills = Array.isArray(document.skills) ? document.skills : [];
  const known = new Set(skills.map(({ name, uri }) => `${name}\n${uri ?? ""}`));
  return { ...document, skills: [...skills, ...added.filter(({ name, uri }) => !known.has(`${name}\n${uri ?? ""}`))] };
}

function moved(items, from, to) {
  const target = Math.max(0, Math.min(to, items.length - 1));
  return target === from ? items : items.toSpliced(from, 1).toSpliced(target, 0, items[from]);
}

/** Yield every condition with the place of its milestone. */
export function* conditions(document) {
  for (const [index, milestone] of milestones(document).entries()) {
    const waiting = [milestone.require];
    while (waiting.length) {
      const found = waiting.shift();
      if (isGroup(found)) waiting.unshift(...group(found).of);
      else if (kind(found)) yield { index, name: kind(found), asked: found[kind(found)] };
    }
  }
}

/** Map each block that is asked for to the places of the milestones that ask for it. */
export function askedBlocks(document) {
  const found = new Map();
  for (const { index, asked } of conditions(document)) {
    if (asked?.block) found.set(asked.block, [...(found.get(asked.block) ?? []), index]);
  }
  return found;
}

/** Say where the linter's path points to: {milestone, at, member} or {member}. */
export function place(path) {
  const inside = /^milestones\[(\d+)\](?:\.(.*))?$/.exec(path);
  if (!inside) return { member: path.split(".")[0] };
  const rest = inside[2] ?? "";
  if (!rest.startsWith("require")) return { milestone: Number(inside[1]), at: null, member: rest };
  const at = [...rest.matchAll(/\.(?:all|any|of)\[(\d+)\]/g)].map((match) => Number(match[1]));
  return { milestone: Number(inside[1]), at, member: "require" };
}
