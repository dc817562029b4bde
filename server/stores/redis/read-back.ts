// Receipts that wait until the node itself has read their messages back: whoever has one can read it here.

interface Owed {
  readonly seq: number;
  readonly told: () => void;
  readonly failed: (error: unknown) => void;
}

export interface ReadBack {
  /** Resolves with `reached` of that seq or a later one; rejects with `fail`. */
  wait(seq: number): Promise<void>;
  reached(head: number): void;
  fail(error: unknown): void;
}

export function createReadBack(): ReadBack {
  let owed: Owed[] = [];
  return {
    wait: (seq) => new Promise((told, failed) => void owed.push({ seq, told, failed })),
    reached(head) {
      const now = owed.filter(({ seq }) => seq <= head);
      if (now.length > 0) owed = owed.filter(({ seq }) => seq > head);
      for (const { told } of now) told();
    },
    fail(error) {
      const all = owed;
      owed = [];
      for (const { failed } of all) failed(error);
    },
  };
}
