// Brings everything together: what the page knows, what can be done, and when it is drawn anew.

import { actions, words } from "./actions.js";
import { Api } from "./api.js";
import * as doc from "./definition.js";
import { h, patch } from "./dom.js";
import { dialogView } from "./dialogs.js";
import { editorView, TABS } from "./editor-view.js";
import { Findings } from "./findings.js";
import * as history from "./history.js";
import { listView } from "./list-view.js";
import { closedAtFirst } from "./outline-view.js";
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

customElements.define("microcred-studio", MicrocredStudio);
