// Publishing by POST /v1/messages, for every transport whose own connection goes one way.
import { errorText } from '../../../server/protocol/error-text.ts';
import type { Draft, Receipt } from '../../../server/protocol/messages.ts';
import { ROUTES } from '../../../server/protocol/routes.ts';
import { PublishError, type TransportEnv } from '../transport.ts';
import { isReceipt, parseJson } from '../wire/checks.ts';
import { readText } from './read-body.ts';
import { isTransient, readRefusal, refusalError } from './refusal.ts';

/** How long one POST may take, in ms, before nobody knows what became of it. */
const TIMEOUT_MS = 20_000;
/** Drafts that wait in line before order yields to throughput, and how many POSTs are then under way at once. */
const LINE = 32;
const LANES = 16;

interface Job {
  readonly draft: Draft;
  readonly token: string;
  readonly abort: AbortController;
  resolve(receipt: Receipt): void;
  reject(error: PublishError): void;
}

export interface Poster {
  /**
   * Posts drafts one after the other, because parallel requests overtake each other. A line of more than 32 is worked
   * off by up to 16 at once: a program that sends faster than a round trip each gets its rate, and no order.
   * Where one fails for the moment, those still in line are rejected too (status null), so that the caller can send all
   * of them again in order.
   */
  publish(draft: Draft, token: string): Promise<Receipt>;
  /** Aborts everything; what was pending is rejected with status null. */
  close(): void;
}

function unknownFate(detail: string): PublishError {
  return new PublishError(detail, null, null, null);
}

async function post(env: TransportEnv, path: string, job: Job): Promise<Receipt> {
  const response = await env.request({
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${job.token}` },
    body: JSON.stringify({ id: job.draft.id, text: job.draft.text }),
    signal: job.abort.signal,
  });
  if (response.status !== 200 && response.status !== 201) throw refusalError(await readRefusal(response));
  const receipt = parseJson(await readText(response.body));
  if (!isReceipt(receipt)) throw unknownFate('the server sent nonsense: a receipt without its fields');
  return receipt;
}

/** @param via the transport that the messages are said to come by. */
export function createPoster(env: TransportEnv, via: string, clientId: string): Poster {
  const path = `${ROUTES.messages}?via=${encodeURIComponent(via)}&client=${encodeURIComponent(clientId)}`;
  const underWay = new Set<Job>();
  let line: Job[] = [];
  let closed = false;

  function rejectLine(detail: string): void {
    const rejected = line;
    line = [];
    for (const job of rejected) job.reject(unknownFate(detail));
  }

  async function run(job: Job): Promise<void> {
    const timer = setTimeout(() => job.abort.abort(), TIMEOUT_MS);
    try {
      job.resolve(await post(env, path, job));
    } catch (error) {
      // Whoever closed it has already said so; else it is the time that was up.
      const why = job.abort.signal.aborted ? ` within ${TIMEOUT_MS / 1000} s` : `: ${errorText(error)}`;
      const failure = error instanceof PublishError ? error : unknownFate(`no receipt${why}`);
      job.reject(failure);
      if (failure.status === 401 || isTransient(failure)) rejectLine('not sent: the one before it failed');
    } finally {
      clearTimeout(timer);
      underWay.delete(job);
      work();
    }
  }

  function work(): void {
    while (underWay.size === 0 || (line.length > LINE && underWay.size < LANES)) {
      const job = line.shift();
      if (job === undefined) return;
      underWay.add(job);
      void run(job);
    }
  }

  return {
    publish(draft, token) {
      return new Promise((resolve, reject) => {
        if (closed) {
          reject(unknownFate('the connection is closed'));
          return;
        }
        line.push({ draft, token, abort: new AbortController(), resolve, reject });
        work();
      });
    },
    close() {
      closed = true;
      rejectLine('not sent: the connection was closed');
      for (const job of underWay) {
        // At once, and not when the abort gets through: who retries must know all of them before it sends the next.
        job.reject(unknownFate('the connection was closed before a receipt'));
        job.abort.abort();
      }
    },
  };
}
