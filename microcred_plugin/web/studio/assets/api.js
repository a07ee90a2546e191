// The REST API (docs/reference/api.md), of which the page uses nothing that others could not.

/** An answer that is not what was asked for; status 0: no answer came. */
export class ApiError extends Error {
  constructor(status, { detail = "", code = "", problems = [] } = {}) {
    super(detail);
    Object.assign(this, { status, code, problems });
  }

  /** Whether it may go well when it is tried again: no connection, a server that is starting, too many requests. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Everything that can be asked of one course. */
export class Api {
  constructor(base, { fetch = globalThis.fetch.bind(globalThis), token = csrfToken } = {}) {
    this.base = base;
    this.fetch = fetch;
    this.token = token;
  }

  course() {
    return this.call("GET", "");
  }

  outline() {
    return this.call("GET", "outline/");
  }

  block() {
    return this.call("GET", "block/");
  }

  allowBlock() {
    return this.call("PUT", "block/");
  }

  skills(text) {
    return this.call("POST", "skills/", { body: text, type: "text/plain" });
  }

  sources(text) {
    return this.call("GET", `sources/?q=${encodeURIComponent(text)}`);
  }

  create(given) {
    return this.call("POST", "microcredentials/", { body: JSON.stringify(given) });
  }

  load(text) {
    return this.call("POST", "microcredentials/", { body: text, type: "application/yaml" });
  }

  draft(uuid) {
    return this.call("GET", this.of(uuid, "draft"));
  }

  save(uuid, document, lock) {
    return this.call("PUT", this.of(uuid, "draft"), { body: JSON.stringify(document), lock });
  }

  discard(uuid, lock) {
    return this.call("DELETE", this.of(uuid, "draft"), { lock });
  }

  changes(uuid) {
    return this.call("GET", this.of(uuid, "changes"));
  }

  simulation(uuid, after) {
    return this.call("GET", `${this.of(uuid, "simulation")}?after=${after}`);
  }

  publish(uuid, note, lock) {
    return this.call("POST", this.of(uuid, "publish"), { body: JSON.stringify({ note }), lock });
  }

  retire(uuid, reason) {
    return this.call("POST", this.of(uuid, "retire"), { body: JSON.stringify({ reason }) });
  }

  activate(uuid) {
    return this.call("PUT", this.of(uuid, "offering"));
  }

  endOffering(uuid) {
    return this.call("DELETE", this.of(uuid, "offering"));
  }

  versions(uuid) {
    return this.call("GET", this.of(uuid, "versions"));
  }

  stack(uuid) {
    return this.call("GET", this.of(uuid, "stack"));
  }

  candidates(uuid, text) {
    return this.call("GET", `${this.of(uuid, "candidates")}?q=${encodeURIComponent(text)}`);
  }

  exportAddress(uuid) {
    return this.base + this.of(uuid, "export");
  }

  of(uuid, what) {
    return `microcredentials/${encodeURIComponent(uuid)}/${what}/`;
  }

  async call(method, address, { body, type = "application/json", lock } = {}) {
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRFToken"] = this.token();
    if (body !== undefined) headers["Content-Type"] = type;
    if (lock !== undefined) headers["If-Match"] = `"${lock}"`;
    let response;
    try {
      response = await this.fetch(this.base + address, { method, headers, body, credentials: "same-origin" });
    } catch {
      throw new ApiError(0);
    }
    const told = await response.json().catch(() => ({}));
    if (!response.ok) throw new ApiError(response.status, told);
    return told;
  }
}

function csrfToken() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}
