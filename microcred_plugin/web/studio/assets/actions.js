// Everything that can be done on the page; each is called by a view, changes what is known, and may ask the server.

import * as doc from "./definition.js";
import * as history from "./history.js";
import { DRAGGED, nodesBy } from "./outline-view.js";
import { t } from "./texts.js";

/** Say what went wrong so that the reader knows what to do. */
export function words(error) {
  if (error.status === 0) return t("There is no connection to the server.");
  if (error.problems?.length) return error.problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join(" ");
  return error.message || t("The server could not do it.");
}

/** Return the actions of a page. */
export function actions(app) {
  const state = app.state;
  const change = (document, tag) => app.change(document, tag);
  const asked = (refs) => refs.map((ref) => ({ completion: { block: ref, percent: 100 } }));
  const inOrder = () => {
    const order = [...nodesBy(state.outline).keys()];
    return [...state.picked].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  };
  const added = (document, count) => {
    change(document);
    app.set({ picked: new Set(), said: t("Added: {n}", { n: count }) });
  };
  const into = (index, path, requirements) => {
    if (index === null || index >= doc.milestones(state.document).length) {
      const first = nodesBy(state.outline).get(requirements[0].completion?.block);
      change(doc.addMilestone(state.document, first?.title || t("New milestone"), requirements));
    } else change(doc.addRequirements(state.document, index, path, requirements));
  };
  const later = (menu) => menu?.removeAttribute("open");

  return {
    // The list
    beginLevel: (level) => app.set({ begin: { ...state.begin, level } }),
    beginTitle: (title) => app.set({ begin: { ...state.begin, title } }),
    create: (given) =>
      app.attempt(async () => {
        const draft = await app.api.create(given);
        app.set({ begin: { level: "section", title: "" }, dialog: null });
        location.hash = `#/${draft.uuid}/milestones`;
      }),
    load: (input) =>
      app.attempt(async () => {
        const [file] = input.files;
        if (!file) return;
        const text = await file.text();
        input.value = "";
        location.hash = `#/${(await app.api.load(text)).uuid}/milestones`;
      }),
    activate: (uuid) =>
      app.attempt(async () => {
        await app.api.activate(uuid);
        await app.openList();
      }),

    allowBlock: () => app.attempt(async () => app.set({ placement: await app.api.allowBlock() })),

    // The outline
    toggle: (ref) => {
      const closed = new Set(state.closed);
      if (!closed.delete(ref)) closed.add(ref);
      app.set({ closed });
    },
    pick: (ref) => {
      const picked = new Set(state.picked);
      if (!picked.delete(ref)) picked.add(ref);
      app.set({ picked });
    },
    aim: (target) => {
      const place = target === "new" ? Infinity : Number(target);
      if (place !== state.target) app.set({ target: place });
    },
    addPicked: () => {
      const refs = inOrder();
      into(Number.isFinite(state.target) ? state.target : null, [], asked(refs));
      app.set({ picked: new Set(), said: t("Added: {n}", { n: refs.length }) });
    },
    addPickedAt: (index, path) => {
      const refs = inOrder();
      if (refs.length) added(doc.addRequirements(state.document, index, path, asked(refs)), refs.length);
    },
    addAlternatives: (index, menu) => {
      later(menu);
      added(doc.addRequirements(state.document, index, [], [{ any: asked(inOrder()) }]), state.picked.size);
    },
    drag: (event, node) => {
      const refs = state.picked.has(node.ref) ? inOrder() : [node.ref];
      event.dataTransfer.setData(DRAGGED, JSON.stringify(refs));
      event.dataTransfer.effectAllowed = "copy";
    },
    dropAt: (event, index) => {
      const data = event.dataTransfer.getData(DRAGGED);
      if (!data) return;
      event.preventDefault();
      event.stopPropagation();
      const known = nodesBy(state.outline);
      const refs = JSON.parse(data).filter((ref) => known.has(ref));
      if (refs.length) into(index, [], asked(refs));
      app.set({ picked: new Set(), said: t("Added: {n}", { n: refs.length }) });
    },

    // Milestones
    addMilestone: () => {
      change(doc.addMilestone(state.document, t("New milestone")));
      app.set({ target: doc.milestones(state.document).length - 1 });
    },
    removeMilestone: (index) => change(doc.removeMilestone(state.document, index)),
    moveMilestone: (from, to) => change(doc.moveMilestone(state.document, from, to)),
    setMilestone: (index, values, tag) => change(doc.setMilestone(state.document, index, values), tag),
    setAwardWhen: (needed) => change(doc.setAwardWhen(state.document, needed)),
    setRule: (index, path, rule, count) => change(doc.setRule(state.document, index, path, rule, count)),
    addRequirement: (index, value, menu) => {
      later(menu);
      change(doc.addRequirements(state.document, index, [], [value]));
    },
    removeRequirement: (index, path) => change(doc.removeRequirement(state.document, index, path)),
    moveRequirement: (index, path, to) => change(doc.moveRequirement(state.document, index, path, to)),
    setRequirement: (index, path, value, tag) => change(doc.setRequirement(state.document, index, path, value), tag),
    addSkills: (input) =>
      app.attempt(async () => {
        const [file] = input.files;
        if (!file) return;
        const { skills } = await app.api.skills(await file.text());
        input.value = "";
        change(doc.addSkills(state.document, skills));
        app.set({ said: t("Added: {n}", { n: skills.length }) });
      }),
    set: (path, value, tag) => change(doc.set(state.document, path, value), tag),
    undo: () => app.now(history.undo(state.history)),
    redo: () => app.now(history.redo(state.history)),

    // Dialogs
    show: async (kind) => {
      if (state.dialog?.kind === kind) return;
      app.set({ dialog: { kind } });
      const fill = FILLING[kind];
      if (fill) await fill(app).catch((error) => app.set({ dialog: null, failure: words(error) }));
    },
    close: () => app.set({ dialog: null }),
    amend: (values) => app.set({ dialog: { ...state.dialog, ...values } }),
    search: (text) => {
      app.set({ dialog: { ...state.dialog, text } });
      return FILLING.candidates(app);
    },
    searchSources: (text) => {
      app.set({ dialog: { ...state.dialog, text } });
      return FILLING.sources(app);
    },
    buildOn: (one) => {
      state.names.set(one.uuid, one.title);
      const value = { microcredential: { uuid: one.uuid } };
      const index = doc.milestones(state.document).length;
      if (Number.isFinite(state.target) && state.target < index) change(doc.addRequirements(state.document, state.target, [], [value]));
      else change(doc.addMilestone(state.document, one.title, [value]));
      app.set({ dialog: null, stack: null });
    },
    keepMine: () => {
      const { theirs } = state.dialog;
      app.set({ dialog: null });
      return state.saver.resolve(theirs.lock, state.document);
    },
    keepTheirs: () => {
      app.shown(state.dialog.theirs);
      app.set({ dialog: null });
    },
    preview: async () => {
      await state.saver.flush();
      globalThis.open(`${state.microcredential.uuid}/preview/`, "_blank", "noopener");
    },
    publish: () =>
      app.attempt(async () => {
        const { note = "" } = state.dialog;
        const microcredential = await app.api.publish(state.microcredential.uuid, note, state.saver.lock);
        app.set({ microcredential, dialog: null, said: t("Published as version {n}.", { n: microcredential.version }) });
      }),
    retire: () =>
      app.attempt(async () => {
        const microcredential = await app.api.retire(state.microcredential.uuid, state.dialog.reason);
        app.set({ microcredential, dialog: null, said: t("Retired.") });
      }),
    discard: () =>
      app.attempt(async () => {
        const { uuid, version } = state.microcredential;
        await state.saver.flush();
        await app.api.discard(uuid, state.saver.lock);
        state.saver.stop();
        app.set({ dialog: null, saver: null, microcredential: null });
        if (version) await app.openEditor(uuid, state.tab);
        else location.hash = "#/";
      }),
    exportAddress: () => app.api.exportAddress(state.microcredential.uuid),
  };
}

/** What a dialog shows is asked for when it opens; of a draft, after it has been saved. */
const FILLING = {
  publish: async (app) => {
    await app.state.saver.flush();
    const errors = app.state.found.all.filter((finding) => finding.severity === "error");
    if (errors.length) return app.act.amend({ problems: errors });
    const { changes } = await app.api.changes(app.state.microcredential.uuid);
    return app.act.amend({ changes });
  },
  simulate: async (app) => {
    await app.state.saver.flush();
    const total = { learners: 0, would_earn: 0, missing: new Map() };
    let after = 0;
    while (after !== null && app.state.dialog?.kind === "simulate") {
      let part;
      try {
        part = await app.api.simulation(app.state.microcredential.uuid, after);
      } catch (error) {
        if (!error.problems?.length) throw error;
        return app.act.amend({ problems: error.problems.map((problem) => ({ ...problem, severity: "error" })) });
      }
      total.learners += part.learners;
      total.would_earn += part.would_earn;
      for (const one of part.missing) {
        const known = total.missing.get(one.path) ?? { ...one, learners: 0, only_this: 0 };
        total.missing.set(one.path, { ...known, learners: known.learners + one.learners, only_this: known.only_this + one.only_this });
      }
      after = part.next;
      const missing = [...total.missing.values()].sort((a, b) => b.learners - a.learners);
      if (app.state.dialog?.kind === "simulate") app.act.amend({ ...total, missing, done: after === null });
    }
    return undefined;
  },
  conflict: async (app) => app.act.amend({ theirs: await app.api.draft(app.state.microcredential.uuid) }),
  history: async (app) => app.act.amend(await app.api.versions(app.state.microcredential.uuid)),
  candidates: (app) => listed(app, "candidates", (text) => app.api.candidates(app.state.microcredential.uuid, text)),
  sources: (app) => listed(app, "sources", (text) => app.api.sources(text)),
};

/** Show what is found in a dialog, unless something else is asked for by then. */
async function listed(app, kind, ask) {
  const text = app.state.dialog.text ?? "";
  const { microcredentials } = await ask(text);
  if (app.state.dialog?.kind === kind && (app.state.dialog.text ?? "") === text) app.act.amend({ found: microcredentials });
}
