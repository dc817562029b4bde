// What a stream has brought, for tests: taken in order, awaited where it is not there yet.

export class Inbox<T> {
  /** All that has come so far. */
  readonly all: T[] = [];
  #taken = 0;
  #end: Error | null = null;
  #wake: () => void = () => undefined;

  push(item: T): void {
    this.all.push(item);
    this.#wake();
  }

  /** From now on waiting for more fails with this error. */
  end(error: Error): void {
    this.#end ??= error;
    this.#wake();
  }

  /** Resolves with the next item that was not taken yet. */
  async next(): Promise<T> {
    while (this.#taken >= this.all.length) {
      if (this.#end !== null) throw this.#end;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const item = this.all[this.#taken] as T;
    this.#taken += 1;
    return item;
  }

  /** Takes items up to the first that matches. Resolves with that one. */
  async until(matches: (item: T) => boolean): Promise<T> {
    for (;;) {
      const item = await this.next();
      if (matches(item)) return item;
    }
  }

  /** Resolves with the next `count` items. */
  async take(count: number): Promise<T[]> {
    const items: T[] = [];
    while (items.length < count) items.push(await this.next());
    return items;
  }
}
