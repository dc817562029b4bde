// The memory store: a ring of the newest messages. A restart is a new epoch and a new secret.
import { hash, randomBytes } from 'node:crypto';
import { formatCursor } from '../protocol/cursor.ts';
import type { Message, Receipt } from '../protocol/messages.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIdAges, type LogClock, nextAt } from './log-clock.ts';
import type { AppendResult, Store, StoreDraft } from './store.ts';

export interface MemoryStoreOptions extends LogClock {
  /** Messages that are kept. */
  readonly retain: number;
  /** Milliseconds that the id of a message is remembered, at the least. */
  readonly dedupeWindowMs: number;
}

/** What is remembered of a message for longer than the message itself. */
interface Remembered {
  readonly from: string;
  readonly textDigest: string;
  readonly receipt: Receipt;
}

export function createMemoryStore(options: MemoryStoreOptions): Store {
  const { retain, dedupeWindowMs, now = Date.now, elapsed = () => performance.now() } = options;
  const epoch = randomBytes(6).toString('base64url');
  const ring: Message[] = [];
  const remembered = new Map<string, Remembered>();
  const ages = createIdAges(dedupeWindowMs);
  let head = 0;
  let lastAt = 0;
  let fresh: Message[] = [];
  let listener: (messages: readonly Message[]) => void = () => undefined;

  const forget = () => {
    // Insertion order is the order of seq, so the oldest come first. An id lasts as long as its message.
    const upTo = Math.min(ages.forgettable(elapsed()), head - retain);
    for (const [id, { receipt }] of remembered) {
      if (receipt.seq > upTo) return;
      remembered.delete(id);
    }
  };

  const keep = ({ id, from, name, text, via }: StoreDraft): AppendResult => {
    const textDigest = hash('sha256', text, 'base64');
    const known = remembered.get(id);
    if (known !== undefined) {
      if (known.from !== from || known.textDigest !== textDigest) return { outcome: 'conflict' };
      return { outcome: 'stored', receipt: { ...known.receipt, duplicate: true } };
    }
    lastAt = nextAt(lastAt, now());
    head += 1;
    const message: Message = { seq: head, id, from, name, text, at: lastAt, via };
    ring[head % retain] = message;
    fresh.push(message);
    const receipt: Receipt = { id, seq: head, cursor: formatCursor(epoch, head), at: lastAt, duplicate: false };
    remembered.set(id, { from, textDigest, receipt });
    return { outcome: 'stored', receipt };
  };

  const commits = createGroupCommit<StoreDraft, AppendResult>(
    (drafts) => {
      forget();
      const results = drafts.map(keep);
      if (fresh.length > 0) ages.taken(head, elapsed());
      return results;
    },
    () => {
      const messages = fresh;
      fresh = [];
      if (messages.length > 0) listener(messages);
    },
  );

  return {
    secret: randomBytes(32),
    append: (draft) => commits.add(draft),
    span: () => ({ epoch, oldest: Math.max(1, head - retain + 1), head }),
    ready: () => undefined,
    read: (after, limit) => {
      const first = Math.max(after + 1, head - retain + 1);
      const last = Math.min(head, after + limit);
      const messages: Message[] = [];
      for (let seq = first; seq <= last; seq += 1) messages.push(ring[seq % retain] as Message);
      return messages;
    },
    onCommit: (told) => {
      listener = told;
    },
    close: async () => commits.flush(),
  };
}
