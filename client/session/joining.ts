// Asks the server for an identity: POST /v1/join.
import { errorText } from '../../server/protocol/error-text.ts';
import type { Joined } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { readText } from '../transports/http/read-body.ts';
import { readRefusal, refusalError } from '../transports/http/refusal.ts';
import { PublishError, type TransportEnv } from '../transports/transport.ts';
import { isJoined, parseJson } from '../transports/wire/checks.ts';

/** How long the answer may take, in ms: one that was lost with its connection must not hold up the outbox for ever. */
const TIMEOUT_MS = 20_000;

/** Rejects with a PublishError: status null where there was no answer in time, or none that makes sense. */
export async function requestJoin(
  env: TransportEnv,
  clientId: string,
  name: string | undefined,
  signal: AbortSignal,
): Promise<Joined> {
  const abort = new AbortController();
  const stop = () => {
    clearTimeout(timer);
    abort.abort();
  };
  const timer = setTimeout(stop, TIMEOUT_MS);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const response = await env.request({
      method: 'POST',
      path: `${ROUTES.join}?client=${encodeURIComponent(clientId)}`,
      body: JSON.stringify({ name }),
      signal: abort.signal,
    });
    if (response.status !== 201) throw refusalError(await readRefusal(response));
    const joined = parseJson(await readText(response.body));
    if (!isJoined(joined)) throw new Error('the server sent nonsense: an identity without its fields');
    return { uid: joined.uid, name: joined.name, token: joined.token };
  } catch (error) {
    if (error instanceof PublishError) throw error;
    const why = abort.signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : errorText(error);
    throw new PublishError(`could not join: ${why}`, null, null, null);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
