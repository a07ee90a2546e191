// Brings everything together: what the page knows, what can be done, and when it is drawn anew.

import { Api } from "./api.js";
import * as doc from "./definition.js";
import { h, patch } from "./dom.js";
import { dialogView } from "./dialogs.js";
import { editorView, TABS } from "./editor-view.js";
import { Findings } from "./findings.js";
import * as history from "./history.js";
import { listView } from "./list-view.js";
import { closedAtFirst, DRAGGED, nodesBy } from "./outline-view.js";
import { button } from "./parts.js";
import { Saver } from "./saver.js";
import { t } from "./texts.js";

const LOOK_AGAIN = 60000; // ms: has the course changed meanwhile?

class MicrocredStudio extends HTMLElement {
  connectedCallback() {
    const { api, shapes, icons } = this.dataset;
    this.api = new Api(api);
    this.state = {
      page: "loading",
      base: api,
      shapes: shapes.split(" "),
      icons: icons.split(" "),
      cards: [],
      outline: [],
      begin: { level: "section", title: "" },
      picked: new Set(),
      closed: new Set(),
      target: 0,
      names: new Map(),
      dialog: null,
      said: "",
    };
    this.act = actions(this);
    addEventListener("hashchange", () => this.route());
    addEventListener("beforeunload", (event) => this.state.saver?.isDirty && event.preventDefault());
    addEventListener("online", () => this.state.saver?.state === "offline" && this.state.saver.send());
    addEventListener("keydown", (event) => this.shortcut(event));
    addEventListener("visibilitychange", () => !document.hidden && this.lookAgain());
    setInterval(() => !document.hidden && this.lookAgain(), LOOK_AGAIN);
    this.route();
  }

  set(values) {
    Object.assign(this.state, values);
    this.drawing ??= queueMicrotask(() => {
      this.drawing = undefined;
      this.draw();
    });
  }

  draw() {
    const { state, act } = this;
    const pages = {
      loading: () => h("p.loading", { role: "status" }, t("Loading …")),
      error: () => h("div.notice.bad", { role: "alert" }, state.error, " ", button(t("Try again"), () => this.route())),
      list: () => listView(state, act),
      editor: () => editorView(state, act),
    };
    patch(this, state.failure && h("div.notice.bad", { role: "alert", key: "failure" }, state.failure, " ", button(t("Close"), () => this.set({ failure: "" }))), pages[state.page](), dialogView(state, act), h("p.said", { role: "status", key: "said" }, state.said));
  }

  async route() {
    const [, uuid, tab = "milestones"] = location.hash.split("/");
    if (uuid && uuid === this.state.microcredential?.uuid && this.state.page === "editor") {
      this.set({ tab: tab in TABS ? tab : "milestones", dialog: null });
      if (tab === "stack") this.loadStack();
      return;
    }
    await this.state.saver?.flush().catch(() => {});
    this.state.saver?.stop();
    this.set({ page: "loading", dialog: null, saver: null, microcredential: null });
    try {
      if (uuid) await this.openEditor(uuid, tab);
      else await this.openList();
      queueMicrotask(() => this.querySelector("h1")?.focus());
    } catch (error) {
      this.set({ page: "error", error: words(error) });
    }
  }

  async openList() {
    const { course, microcredentials } = await this.api.course();
    this.set({ page: "list", course, cards: microcredentials });
    this.set({ placement: await this.api.block().catch(() => null) });
  }

  async openEditor(uuid, tab) {
    const [draft, { sections }] = await Promise.all([this.api.draft(uuid), this.api.outline()]);
    this.shown(draft);
    this.set({ page: "editor", tab: tab in TABS ? tab : "milestones", outline: sections, picked: new Set(), closed: closedAtFirst(sections), outlineChanged: false });
    if (tab === "stack") this.loadStack();
    this.learnNames();
  }

  /** Take over a draft as the server has it, and begin a history of changes from there. */
  shown(draft) {
    this.state.saver?.stop();
    const saver = new Saver({ save: (document, lock) => this.api.save(draft.uuid, document, lock), lock: draft.lock, told: (one) => this.saved(one) });
    this.set({ ...this.known(draft), document: draft.document, history: history.begin(draft.document), saver });
  }

  known(draft) {
    return { microcredential: draft.microcredential, found: new Findings(draft.findings), savedAt: draft.saved_at };
  }

  saved(saver) {
    if (saver.state === "saved" && saver.answer) {
      this.set({ ...this.known(saver.answer), stack: null });
      if (this.state.tab === "stack") this.loadStack();
    }
    if (saver.state === "conflict") this.act.show("conflict");
    this.set({});
  }

  /** Another document: shown at once, saved soon. Changes with the same tag are taken back as one. */
  change(document, tag = null) {
    const next = history.change(this.state.history, document, tag);
    if (next === this.state.history) return;
    this.now(next);
  }

  now(next) {
    this.set({ history: next, document: next.now });
    this.state.saver.change(next.now);
  }

  /** Has the course changed, or has somebody else saved, while this page was open? */
  async lookAgain() {
    const { page, saver, microcredential } = this.state;
    if (page !== "editor" || saver.isDirty || saver.state !== "saved") return;
    try {
      const [draft, { sections }] = await Promise.all([this.api.draft(microcredential.uuid), this.api.outline()]);
      if (this.state.saver !== saver || saver.isDirty) return;
      if (draft.lock !== saver.lock) this.shown(draft);
      const outlineChanged = JSON.stringify(sections) !== JSON.stringify(this.state.outline);
      this.set({ ...this.known(draft), outline: sections, outlineChanged: outlineChanged || this.state.outlineChanged });
    } catch {
      // The next look, or the next save, tells.
    }
  }

  async loadStack() {
    this.set({ stack: await this.api.stack(this.state.microcredential.uuid).catch(() => null) });
  }

  /** Names of what it builds on already; the document has only their uuids. */
  async learnNames() {
    if (![...doc.conditions(this.state.document)].some(({ name }) => name === "microcredential")) return;
    const { root } = await this.api.stack(this.state.microcredential.uuid);
    const names = new Map(this.state.names);
    for (const node of root.builds_on) names.set(node.uuid, node.title);
    this.set({ names });
  }

  shortcut(event) {
    if (this.state.page !== "editor" || this.state.dialog || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    const isRedo = key === "y" || (key === "z" && event.shiftKey);
    if (key !== "z" && !isRedo) return;
    event.preventDefault();
    if (isRedo) this.act.redo();
    else this.act.undo();
  }

  /** Do something that may fail: once at a time, and say so if it does. */
  async attempt(action) {
    if (this.state.busy) return;
    this.set({ busy: true, failure: "" });
    try {
      await action();
    } catch (error) {
      this.set({ failure: words(error) });
    } finally {
      this.set({ busy: false });
    }
  }
}

/** Say what went wrong so that the reader knows what to do. */
function words(error) {
  if (error.status === 0) return t("There is no connection to the server.");
  if (error.problems?.length) return error.problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join(" ");
  return error.message || t("The server could not do it.");
}

function actions(app) {
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
        app.set({ begin: { level: "section", title: "" } });
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
  candidates: async (app) => {
    const text = app.state.dialog.text ?? "";
    const { microcredentials } = await app.api.candidates(app.state.microcredential.uuid, text);
    if (app.state.dialog?.kind === "candidates" && (app.state.dialog.text ?? "") === text) app.act.amend({ found: microcredentials });
  },
};

customElements.define("microcred-studio", MicrocredStudio);
