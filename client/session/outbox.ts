// Holds texts until the server has stored them: sends them in order, and again with the same ids until there is a
// receipt, so that each is stored once however often the way there breaks.
import { TEXT_BYTES } from '../../server/protocol/limits.ts';
import type { Draft, Receipt } from '../../server/protocol/messages.ts';
import { utf8Length } from '../../server/protocol/utf8.ts';
import { isTransient } from '../transports/http/refusal.ts';
import { PublishError } from '../transports/transport.ts';
import { messageOf } from '../transports/wire/ends.ts';
import { createBackoff } from './backoff.ts';
import type { OutboxEntry, OutboxState } from './session-types.ts';

/** Drafts handed to a connection at once: enough to fill a long way, few enough to send again. */
const WINDOW = 64;

/** One way to the server, as long as it lasts: a connection and an identity. */
export interface OutboxRoute {
  publish(draft: Draft): Promise<Receipt>;
  /** Whether it still is the way to go. A draft that failed over one that is not need not wait to be sent again. */
  usable(): boolean;
  /** The server does not know the identity (401). */
  identityRefused(): void;
}

export interface OutboxParts {
  now(): number;
  random(): number;
  readonly giveUpAfterMs: number;
  /** @returns null where nothing can be sent now. Call `pump` when that changes. */
  route(): OutboxRoute | null;
  changed(entry: OutboxEntry): void;
}

export interface Outbox {
  /** Entries that are not stored, oldest first. */
  readonly entries: readonly OutboxEntry[];
  /** Adds a text; one that the server would refuse fails at once. Does not send: call `pump`. */
  add(text: string): OutboxEntry;
  /** @returns the entry as it is now, or null where it was stored. */
  get(id: string): OutboxEntry | null;
  /** Sends what can be sent now. */
  pump(): void;
  /** Sends nothing for a while: the next delay of its own backoff, after what the server asked for in ms. */
  hold(retryAfterMs: number | null): void;
  /** Every entry not stored yet fails. */
  failAll(detail: string): void;
  close(): void;
}

interface Item {
  readonly entry: OutboxEntry;
  /** When it was first handed to a connection: from then on the server may know it. */
  readonly triedAt: number | null;
}

function newId(): string {
  // Not randomUUID: a page that is not served over TLS does not have it.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns why the server would refuse a text, or null. */
function faultOf(text: string): string | null {
  if (text === '') return 'the text is empty';
  const bytes = utf8Length(text);
  if (bytes === null) return 'the text has half of a surrogate pair';
  return bytes > TEXT_BYTES ? `the text takes ${bytes} bytes of UTF-8; ${TEXT_BYTES} are allowed` : null;
}

function toPublishError(error: unknown): PublishError {
  return error instanceof PublishError ? error : new PublishError(messageOf(error), null, null, null);
}

export function createOutbox(parts: OutboxParts): Outbox {
  const items = new Map<string, Item>();
  const backoff = createBackoff(parts.random);
  let underWay = 0;
  let holdTimer: ReturnType<typeof setTimeout> | undefined;
  let holdUntil = 0;
  let giveUpTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function change(item: Item, state: OutboxState, detail?: string): void {
    const { id, text, sentAt } = item.entry;
    const entry: OutboxEntry = { id, text, state, sentAt, ...(detail === undefined ? {} : { detail }) };
    if (state === 'stored') items.delete(id);
    else items.set(id, { ...item, entry });
    parts.changed(entry);
  }

  function hold(retryAfterMs: number | null): void {
    if (closed) return;
    // What is pipelined fails together: that is one failure, but the longest of the server's wishes counts.
    if (holdTimer !== undefined && retryAfterMs === null) return;
    const until = parts.now() + backoff.next(retryAfterMs);
    if (holdTimer !== undefined && until <= holdUntil) return;
    clearTimeout(holdTimer);
    holdUntil = until;
    holdTimer = setTimeout(release, Math.ceil(until - parts.now()));
  }

  function release(): void {
    holdTimer = undefined;
    pump();
  }

  function onReceipt(id: string): void {
    const item = items.get(id);
    backoff.reset();
    // Also where it was given up: the server's word is the truth.
    if (item !== undefined) change(item, 'stored');
    if (items.size > 0) return;
    clearTimeout(giveUpTimer);
    giveUpTimer = undefined;
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
    const publishing = route.publish({ id, text });
    change({ ...item, triedAt: item.triedAt ?? parts.now() }, 'sent');
    const failure = await publishing.then(
      () => null,
      (error: unknown) => toPublishError(error),
    );
    underWay -= 1;
    if (closed) return;
    if (failure === null) onReceipt(id);
    else onFailure(id, route, failure);
    pump();
  }

  function pump(): void {
    if (closed || holdTimer !== undefined) return;
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
    giveUpTimer = undefined;
    const latest = parts.now() - parts.giveUpAfterMs;
    const minutes = Math.round(parts.giveUpAfterMs / 60_000);
    for (const item of [...items.values()]) {
      if (item.triedAt === null || item.entry.state === 'failed' || item.triedAt > latest) continue;
      change(item, 'failed', `no receipt within ${minutes} minutes; nobody knows whether it was stored`);
    }
    watchForGivingUp();
  }

  function watchForGivingUp(): void {
    if (giveUpTimer !== undefined || closed) return;
    for (const { entry, triedAt } of items.values()) {
      if (triedAt === null || entry.state === 'failed') continue;
      // They were tried in this order, so this is the oldest.
      giveUpTimer = setTimeout(giveUp, Math.max(0, Math.ceil(triedAt + parts.giveUpAfterMs - parts.now())));
      return;
    }
  }

  return {
    get entries() {
      return Array.from(items.values(), ({ entry }) => entry);
    },
    add(text) {
      const fault = faultOf(text);
      const entry: OutboxEntry = { id: newId(), text, state: 'unsent', sentAt: parts.now() };
      const item: Item = { entry, triedAt: null };
      if (fault === null) change(item, 'unsent');
      else change(item, 'failed', fault);
      return items.get(entry.id)?.entry ?? entry;
    },
    get: (id) => items.get(id)?.entry ?? null,
    pump,
    hold,
    failAll(detail) {
      for (const item of [...items.values()]) if (item.entry.state !== 'failed') change(item, 'failed', detail);
    },
    close() {
      closed = true;
      clearTimeout(holdTimer);
      clearTimeout(giveUpTimer);
    },
  };
}
