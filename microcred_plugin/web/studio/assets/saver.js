// Saves a draft by itself: one request at a time, always the newest, and never over what somebody else has saved.
//
//   saved ──change──► waiting ──pause──► saving ──ok──► saved (or waiting, if it changed meanwhile)
//                        ▲                  ├──no connection──► offline ──later──► saving
//                        └──resolve()──── conflict ◄──412──┤
//                                                          └──refused──► failed ──change──► waiting

const PAUSE = 800; // ms without a change before it is saved
const AGAIN = [2000, 5000, 10000, 30000]; // ms between attempts while there is no connection

/** Keeps one draft saved. `told` is called after each change of state, with the saver. */
export class Saver {
  constructor({ save, lock, told = () => {}, clock = globalThis, pause = PAUSE }) {
    Object.assign(this, { save, lock, told, clock, pause });
    this.state = "saved";
    this.error = null;
    this.answer = null;
    this.attempts = 0;
    this.timer = null;
    this.wanted = undefined; // what is to be saved and is not yet
  }

  /** Whether something would be lost if the page were closed now. */
  get isDirty() {
    return this.wanted !== undefined || this.state === "saving";
  }

  /** Have this saved soon. */
  change(document) {
    this.wanted = document;
    if (this.state === "saving" || this.state === "conflict") return;
    this.enter("waiting");
    this.after(this.pause);
  }

  /** Save now what waits; resolves when nothing is under way any more. */
  async flush() {
    if (this.running) await this.running;
    if (this.wanted !== undefined && this.state !== "conflict") await this.send();
  }

  /** After a conflict: go on from what the other one saved, keeping one's own when it is given. */
  resolve(lock, mine) {
    this.lock = lock;
    this.wanted = mine;
    this.enter(mine === undefined ? "saved" : "waiting");
    return mine === undefined ? undefined : this.send();
  }

  /** Stop: nothing is saved any more. */
  stop() {
    this.clock.clearTimeout(this.timer);
    this.wanted = undefined;
    this.told = () => {};
  }

  send() {
    this.clock.clearTimeout(this.timer);
    this.running ??= this.sent().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  async sent() {
    while (this.wanted !== undefined) {
      const document = this.wanted;
      this.wanted = undefined;
      this.enter("saving");
      try {
        this.answer = await this.save(document, this.lock);
      } catch (error) {
        this.wanted ??= document;
        this.failed(error);
        return;
      }
      this.lock = this.answer.lock;
      this.attempts = 0;
      this.enter("saved");
    }
  }

  failed(error) {
    this.error = error;
    if (error.status === 412) this.enter("conflict");
    else if (error.passes) {
      this.enter("offline");
      this.after(AGAIN[Math.min(this.attempts++, AGAIN.length - 1)]);
    } else this.enter("failed");
  }

  after(milliseconds) {
    this.clock.clearTimeout(this.timer);
    this.timer = this.clock.setTimeout(() => this.send(), milliseconds);
  }

  enter(state) {
    this.state = state;
    if (state === "saved" || state === "waiting") this.error = null;
    this.told(this);
  }
}
