// Asks who is here while the transport has no stream to be told over: GET /v1/presence.
import type { Presence } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { readText } from '../transports/http/read-body.ts';
import type { TransportEnv } from '../transports/transport.ts';
import { isPresence, parseJson } from '../transports/wire/checks.ts';

/** Milliseconds from one answer to the next question. */
const INTERVAL_MS = 5_000;

async function askPresence(env: TransportEnv, clientId: string, signal: AbortSignal): Promise<Presence | null> {
  try {
    const path = `${ROUTES.presence}?client=${encodeURIComponent(clientId)}`;
    const response = await env.request({ method: 'GET', path, signal });
    const value = parseJson(await readText(response.body));
    return response.status === 200 && isPresence(value) ? { counts: value.counts, total: value.total } : null;
  } catch {
    // Who is here is no promise: what was known last stays, and the next question is soon. A server that is gone is
    // the transport's to notice.
    return null;
  }
}

/** Asks at once and every 5 s. @returns a function that stops it; `told` is not called afterwards. */
export function pollPresence(env: TransportEnv, clientId: string, told: (presence: Presence) => void): () => void {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    const presence = await askPresence(env, clientId, abort.signal);
    if (abort.signal.aborted) return;
    timer = setTimeout(() => void ask(), INTERVAL_MS);
    if (presence !== null) told(presence);
  }

  void ask();
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
}
