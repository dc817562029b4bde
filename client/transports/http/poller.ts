// One polling connection: what short and long polling share. When to ask is the transports' own.
import { formatCursor, parseCursor } from '../../../server/protocol/cursor.ts';
import { errorText } from '../../../server/protocol/error-text.ts';
import type { Draft, Page, Receipt } from '../../../server/protocol/messages.ts';
import type { HttpResponse, TransportEnd, TransportListener, TransportOptions } from '../transport.ts';
import { isPage, parseJson } from '../wire/checks.ts';
import { bye, CLOSED_BY_US, nonsense, unreachable } from '../wire/ends.ts';
import { guardListener } from '../wire/guarded-listener.ts';
import { createPoster } from './poster.ts';
import { readText } from './read-body.ts';
import { readPath } from './read-path.ts';
import { readRefusal, refusalEnd, retryAfterMs } from './refusal.ts';

/** On top of what an answer should take at most, in ms. */
const MARGIN_MS = 10_000;

/** `more`: there is more to read at once. `done`: this reader has everything for now. `ended`: stop. */
export type PollOutcome = 'more' | 'done' | 'ended';

export interface PollerParts {
  /** The time in ms until the answer after the one at hand should be there. */
  nextAnswerMs(): number;
  /** Called once, at the end: clear your timers. */
  cleanUp(): void;
}

export interface Poller {
  readonly over: boolean;
  /** Asks once from the cursor, and tells the listener what came. Never rejects. One at a time. */
  poll(waitSeconds?: number): Promise<PollOutcome>;
  publish(draft: Draft, token: string): Promise<Receipt>;
  close(): void;
}

type Answer = { readonly page: Page | null } | { readonly end: TransportEnd };

async function readAnswer(response: HttpResponse): Promise<Answer> {
  if (response.status === 204) {
    // Nothing new; but a server that drains says so by when to come back.
    const retryMs = retryAfterMs(response);
    return retryMs === null ? { page: null } : { end: bye(retryMs) };
  }
  if (response.status !== 200) return { end: refusalEnd(await readRefusal(response)) };
  const page = parseJson(await readText(response.body));
  return isPage(page) ? { page } : { end: nonsense('a page without its fields') };
}

/** @returns the position before a page's first message, or null where its cursor is none. */
function startOf(page: Page): string | null {
  const cursor = parseCursor(page.cursor);
  const [first] = page.messages;
  if (cursor === null) return null;
  return first === undefined ? page.cursor : formatCursor(cursor.epoch, first.seq - 1);
}

/** @returns what stands before the dot. */
function nameOf(cursor: string): string {
  return cursor.slice(0, cursor.lastIndexOf('.'));
}

export function createPoller(
  transport: string,
  options: TransportOptions,
  toListener: TransportListener,
  parts: PollerParts,
): Poller {
  const { env } = options;
  const abort = new AbortController();
  const poster = createPoster(env, transport, options.clientId);
  let cursor = options.cursor;
  let opened = false;
  const listener = guardListener(toListener, () => {
    parts.cleanUp();
    abort.abort();
    poster.close();
  });

  function tell(page: Page): void {
    const start = cursor ?? startOf(page);
    if (start === null) {
      listener.ended(nonsense('a page whose cursor is none'));
      return;
    }
    if (!opened) {
      opened = true;
      listener.opened(page.reset === undefined ? start : null);
    }
    if (page.reset !== undefined) listener.reset(page.reset);
    if (page.messages.length > 0) listener.received(page.messages);
    const before = cursor ?? start;
    cursor = page.cursor;
    if (page.reset === undefined && nameOf(before) !== nameOf(cursor)) listener.renamed(cursor);
  }

  function take(answer: Answer): PollOutcome {
    if ('end' in answer) {
      listener.ended(answer.end);
      return 'ended';
    }
    if (answer.page !== null) {
      tell(answer.page);
    } else if (!opened) {
      opened = true;
      listener.opened(cursor);
    }
    const dueMs = parts.nextAnswerMs();
    listener.alive(dueMs + MARGIN_MS, dueMs);
    if (listener.over) return 'ended';
    return answer.page?.more === true ? 'more' : 'done';
  }

  return {
    get over() {
      return listener.over;
    },
    async poll(waitSeconds) {
      let answer: Answer;
      try {
        const path = readPath(transport, options, cursor, waitSeconds);
        const held = waitSeconds === undefined ? {} : ({ held: true } as const);
        answer = await readAnswer(await env.request({ method: 'GET', path, signal: abort.signal, ...held }));
      } catch (error) {
        answer = { end: unreachable(`no answer to a poll: ${errorText(error)}`) };
      }
      return take(answer);
    },
    publish: (draft, token) => poster.publish(draft, token),
    close() {
      listener.ended(CLOSED_BY_US);
    },
  };
}
