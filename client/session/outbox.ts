// Holds texts until the server has stored them: sends them in order, and again with the same ids until there is a
// receipt, so that each is stored once however often the way there breaks.
import { defined } from '../../server/protocol/defined.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import type { Draft, Message, Receipt } from '../../server/protocol/messages.ts';
import { isTransient } from '../transports/http/refusal.ts';
import { PublishError } from '../transports/transport.ts';
import { newDraftId, textFault } from './draft-text.ts';
import { createOutboxHold } from './outbox-hold.ts';
import type { OutboxEntry, OutboxState } from './session-types.ts';

/** Drafts handed to a connection at once: enough to fill a long way, few enough to send again. */
const WINDOW = 64;

/** Texts that have a receipt and were not read back yet, which are kept in case the server loses them. */
const KEPT_RECEIPTED = 1000;

/** One way to the server, as long as it lasts: a connection and an identity. */
export interface OutboxRoute {
  publish(draft: Draft): Promise<Receipt>;
  /** Whether it still is the way to go. A draft that failed over one that is not need not wait to be sent again. */
  usable(): boolean;
  /** The server does not know the identity (401). */
  identityRefused(): void;
}

export interface OutboxParts {
  /** The environment's clock, in ms. */
  now(): number;
  /** A clock in ms that goes on while this machine sleeps, as the server's does. */
  elapsed(): number;
  random(): number;
  readonly giveUpAfterMs: number;
  /** @returns null where nothing can be sent now. Call `pump` when that changes. */
  route(): OutboxRoute | null;
  changed(entry: OutboxEntry): void;
}

export interface Outbox {
  /** Entries that are not stored, oldest first. */
  readonly entries: readonly OutboxEntry[];
  /** Until when it is held back, on the environment's clock in ms, or null. */
  readonly heldUntil: number | null;
  /** Adds a text; one that the server would refuse fails at once. Does not send: call `pump`. */
  add(text: string): OutboxEntry;
  /** @returns the entry as it is now, or null where it was stored. */
  get(id: string): OutboxEntry | null;
  /** Gives up what is too old to be sent again, and sends what can be sent now. */
  pump(): void;
  /** Sends nothing for a while: the next delay of its own backoff, after what the server asked for in ms. */
  hold(retryAfterMs: number | null): void;
  /** There is reason to try now: it is held back no longer, unless the server asked for more time and `force` is false. */
  tryNow(force: boolean): void;
  /** This machine slept: what is too old by now is given up, and the rest need not wait for its timers. */
  woke(): void;
  /** These messages were read: nothing is to be kept of them any longer. */
  readBack(messages: readonly Message[]): void;
  /** The server may have lost what it gave its word for: what was not read back is sent again, under the same ids. */
  doubt(): void;
  /** Every entry not stored yet fails. */
  failAll(detail: string): void;
  close(): void;
}

interface Item {
  readonly entry: OutboxEntry;
  /** When it was first handed to a connection, on the clock of `elapsed`: from then on the server may know it. */
  readonly triedAt: number | null;
}

function toPublishError(error: unknown): PublishError {
  return error instanceof PublishError ? error : new PublishError(errorText(error), null, null, null);
}

export function createOutbox(parts: OutboxParts): Outbox {
  const items = new Map<string, Item>();
  const held = createOutboxHold(parts.now, parts.elapsed, parts.random, pump);
  /** Read before its receipt came: their order is not promised. */
  const readEarly = new Set<string>();
  /** Stored, as the server said, and not read back. */
  const receipted = new Map<string, Item>();
  /** How often there was reason to doubt receipts: one for what was sent before is not worth much after it. */
  let doubts = 0;
  let underWay = 0;
  /** When the oldest one is too old, on the clock of `elapsed`. */
  let giveUpAt = Number.POSITIVE_INFINITY;
  let giveUpTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function change(item: Item, state: OutboxState, detail?: string): void {
    const { id, text, sentAt } = item.entry;
    const entry: OutboxEntry = { id, text, state, sentAt, ...defined({ detail }) };
    if (state === 'stored') items.delete(id);
    else items.set(id, { ...item, entry });
    parts.changed(entry);
  }

  function onReceipt(id: string): void {
    const item = items.get(id);
    held.succeeded();
    // Also where it was given up: the server's word is the truth.
    if (item !== undefined) {
      change(item, 'stored');
      if (!readEarly.delete(id)) receipted.set(id, item);
      const [oldest = id] = receipted.keys();
      if (receipted.size > KEPT_RECEIPTED) receipted.delete(oldest);
    }
    if (items.size === 0) forgetGivingUp();
  }

  function sendAgain(id: string): void {
    const item = items.get(id);
    if (item !== undefined && item.entry.state === 'sent') change(item, 'unsent');
  }

  function hold(retryAfterMs: number | null): void {
    if (!closed) held.begin(retryAfterMs);
  }

  function onFailure(id: string, route: OutboxRoute, failure: PublishError): void {
    const item = items.get(id);
    if (item === undefined || item.entry.state !== 'sent') return;
    if (failure.status === 401) {
      route.identityRefused();
    } else if (!isTransient(failure)) {
      change(item, 'failed', failure.message);
      return;
    } else if (route.usable()) {
      hold(failure.retryAfterMs);
    }
    change(item, 'unsent', failure.message);
  }

  async function send(item: Item, route: OutboxRoute): Promise<void> {
    const { id, text } = item.entry;
    underWay += 1;
    const doubtsThen = doubts;
    const publishing = route.publish({ id, text });
    change({ ...item, triedAt: item.triedAt ?? parts.elapsed() }, 'sent');
    const failure = await publishing.then(
      () => null,
      (error: unknown) => toPublishError(error),
    );
    underWay -= 1;
    if (closed) return;
    if (failure === null && doubtsThen !== doubts && !readEarly.has(id)) sendAgain(id);
    else if (failure === null) onReceipt(id);
    else onFailure(id, route, failure);
    pump();
  }

  function pump(): void {
    if (closed) return;
    // A timer may be late, and must not be overtaken by what sends again: the server may have forgotten the id.
    if (parts.elapsed() >= giveUpAt) giveUp();
    if (held.until !== null) return;
    let route: OutboxRoute | null = null;
    for (const id of items.keys()) {
      // Read anew: a listener that is told of the one before may do anything.
      const item = items.get(id);
      if (item === undefined || item.entry.state !== 'unsent') continue;
      if (underWay >= WINDOW) return;
      route ??= parts.route();
      if (route === null || !route.usable()) return;
      void send(item, route);
      watchForGivingUp();
    }
  }

  function giveUp(): void {
    forgetGivingUp();
    const latest = parts.elapsed() - parts.giveUpAfterMs;
    const minutes = Math.round(parts.giveUpAfterMs / 60_000);
    for (const item of [...items.values()]) {
      if (item.triedAt === null || item.entry.state === 'failed' || item.triedAt > latest) continue;
      change(item, 'failed', `no receipt within ${minutes} minutes; nobody knows whether it was stored`);
    }
    watchForGivingUp();
  }

  function forgetGivingUp(): void {
    clearTimeout(giveUpTimer);
    giveUpTimer = undefined;
    giveUpAt = Number.POSITIVE_INFINITY;
  }

  function watchForGivingUp(): void {
    if (giveUpTimer !== undefined || closed) return;
    for (const { entry, triedAt } of items.values()) {
      if (triedAt === null || entry.state === 'failed') continue;
      // They were tried in this order, so this is the oldest.
      giveUpAt = triedAt + parts.giveUpAfterMs;
      giveUpTimer = setTimeout(giveUp, Math.max(0, Math.ceil(giveUpAt - parts.elapsed())));
      return;
    }
  }

  return {
    get entries() {
      return Array.from(items.values(), ({ entry }) => entry);
    },
    get heldUntil() {
      return held.until;
    },
    add(text) {
      const fault = textFault(text);
      const entry: OutboxEntry = { id: newDraftId(), text, state: 'unsent', sentAt: parts.now() };
      const item: Item = { entry, triedAt: null };
      if (fault === null) change(item, 'unsent');
      else change(item, 'failed', fault);
      return items.get(entry.id)?.entry ?? entry;
    },
    get: (id) => items.get(id)?.entry ?? null,
    pump,
    hold,
    tryNow: held.cutShort,
    woke() {
      // The timer slept too.
      giveUp();
      held.cutShort(false);
    },
    readBack(messages) {
      for (const { id } of messages) {
        if (!receipted.delete(id) && items.has(id)) readEarly.add(id);
      }
    },
    doubt() {
      doubts += 1;
      readEarly.clear();
      const latest = parts.elapsed() - parts.giveUpAfterMs;
      for (const item of receipted.values()) {
        if (item.triedAt !== null && item.triedAt > latest) change(item, 'unsent');
      }
      receipted.clear();
      pump();
    },
    failAll(detail) {
      for (const item of [...items.values()]) if (item.entry.state !== 'failed') change(item, 'failed', detail);
    },
    close() {
      closed = true;
      held.close();
      forgetGivingUp();
    },
  };
}
