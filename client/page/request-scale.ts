// What a request of this browser weighs: the server counts the bytes of one that is made for this alone, under a client's
// name of its own, and a poll differs from it by its path alone.
import { ROUTES } from '../../server/protocol/routes.ts';
import { readText } from '../transports/http/read-body.ts';
import type { TransportEnv } from '../transports/transport.ts';
import { isShownStats, parseJson } from '../transports/wire/checks.ts';

const TIMEOUT_MS = 10_000;

/**
 * @param client a name that nothing else is counted under.
 * @returns the bytes of a GET to `/`, body apart. Rejects where the server can't be reached, or counts otherwise.
 */
export async function weighRequest(env: TransportEnv, client: string): Promise<number> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const get = async (path: string) => readText((await env.request({ method: 'GET', path, signal })).body);
  const path = `${ROUTES.healthz}?client=${client}`;
  await get(path);
  const stats = parseJson(await get(`${ROUTES.stats}?client=${client}`));
  const counted = isShownStats(stats) ? stats.transports['http'] : undefined;
  if (counted?.requests !== 1) throw new Error('the server did not count the request that was to be weighed');
  return counted.bytesIn - path.length + 1;
}
