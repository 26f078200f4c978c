// The places of a server: who comes when all are taken waits, first come, first served.

export class Places {
  #busy = 0;
  #waiting = [];

  /** Resolves with a place among `count`: a function that gives it back, once. */
  async take(count) {
    if (this.#busy >= count) await new Promise((resolve) => this.#waiting.push(resolve));
    else this.#busy += 1;
    let taken = true;
    return () => {
      if (taken) this.#give();
      taken = false;
    };
  }

  #give() {
    const next = this.#waiting.shift();
    // A place goes straight to who waits for it.
    if (next) next();
    else this.#busy -= 1;
  }
}
