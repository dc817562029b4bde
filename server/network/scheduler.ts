// Runs tasks at precise times: never early, and late by microseconds where the machine has a core to spare. Timers of
// Node are good to a millisecond or two, so one of them covers the most of a wait, and the event loop spins for the rest.
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Before a task is due the loop spins for so long: more than a timer may be late by rounding. */
const SPIN_MS = 1.5;

export interface Task {
  /** By `performance.now()`. */
  readonly due: number;
  /** null: cancelled. */
  run: (() => void) | null;
}

export interface Lateness {
  /** Tasks that had to wait. */
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export class Scheduler {
  readonly #spinMs: number;
  /** A binary heap: no task is due before its parent, which is at half its index. */
  readonly #heap: Task[] = [];
  #late: RecordableHistogram = createHistogram();
  #timer: NodeJS.Timeout | undefined;
  #spinning = false;

  /** @param spins false: later by a millisecond or two, and idle meanwhile; for a process that has other things to do. */
  constructor(spins = true) {
    this.#spinMs = spins ? SPIN_MS : 0;
  }

  /** Runs a task as soon as it is due, never within this call. Times are those of `performance.now()`, in ms. */
  at(due: number, run: () => void): Task {
    const task = { due, run };
    this.#push(task);
    if (this.#heap[0] === task) this.#arm();
    return task;
  }

  cancel(task: Task): void {
    // The heap forgets the task when its turn comes, but what it would have run can be freed now.
    task.run = null;
  }

  /** @returns how late tasks ran since the last `clearLateness`, in µs. */
  lateness(): Lateness {
    const { count, max } = this.#late;
    if (count === 0) return { count, p50: 0, p99: 0, max: 0 };
    return { count, p50: this.#late.percentile(50), p99: this.#late.percentile(99), max };
  }

  clearLateness(): void {
    this.#late = createHistogram();
  }

  stop(): void {
    this.#heap.length = 0;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#forgetCancelled();
    const next = this.#heap[0];
    if (next === undefined || this.#spinning) return;
    const waitMs = next.due - performance.now() - this.#spinMs;
    if (waitMs > 0)
      this.#timer = setTimeout(() => this.#turn(), this.#spinMs > 0 ? Math.floor(waitMs) : Math.ceil(waitMs));
    else this.#spin();
  }

  #spin(): void {
    this.#spinning = true;
    setImmediate(() => {
      this.#spinning = false;
      this.#turn();
    });
  }

  #turn(): void {
    // What tasks add meanwhile waits for the next turn, so that input is not starved.
    const now = performance.now();
    for (let next = this.#heap[0]; next !== undefined && next.due <= now; next = this.#heap[0]) {
      this.#pop();
      if (next.run === null) continue;
      this.#late.record(Math.max(1, Math.round((performance.now() - next.due) * 1000)));
      next.run();
    }
    this.#arm();
  }

  #forgetCancelled(): void {
    while (this.#heap[0]?.run === null) this.#pop();
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Task;
      if (parent.due <= task.due) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = task;
  }

  /** Takes out the first task. */
  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && (heap[below + 1] as Task).due < (heap[below] as Task).due) below += 1;
      const child = heap[below] as Task;
      if (child.due >= last.due) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}
