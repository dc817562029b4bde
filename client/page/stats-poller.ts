// Asks the server every two seconds what this client has cost, as long as somebody can see the answer.
import { errorText } from '../../server/protocol/error-text.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { readText } from '../transports/http/read-body.ts';
import type { TransportEnv } from '../transports/transport.ts';
import { isShownStats, parseJson, type ShownStats } from '../transports/wire/checks.ts';

export const STATS_INTERVAL_MS = 2000;
/** At the start the clock is wanted soon, and the first exchange, which opens a connection, is a slow one. */
const FIRST_INTERVAL_MS = 200;
const FIRST_EXCHANGES = 4;
const TIMEOUT_MS = 10_000;
const MAX_INTERVAL_MS = 30_000;

export interface StatsPollerOptions {
  readonly clientId: string;
  readonly env: TransportEnv;
  /** An answer, with the moments on the environment's clock when it was asked for and when it came. */
  readonly answered: (stats: ShownStats, sentAt: number, receivedAt: number) => void;
  readonly failed: (detail: string) => void;
}

export function startStatsPoller({ clientId, env, answered, failed }: StatsPollerOptions): void {
  const path = `${ROUTES.stats}?client=${clientId}`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let exchanges = 0;
  let failures = 0;
  let asking = false;

  async function ask(): Promise<void> {
    const sentAt = env.now();
    const response = await env.request({ method: 'GET', path, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const receivedAt = env.now();
    const stats = parseJson(await readText(response.body));
    if (response.status !== 200) throw new Error(`the server answered ${response.status}`);
    if (!isShownStats(stats)) throw new Error('what the server answered are no figures');
    answered(stats, sentAt, receivedAt);
  }

  async function round(): Promise<void> {
    if (asking || document.hidden) return;
    asking = true;
    clearTimeout(timer);
    try {
      await ask();
      exchanges += 1;
      failures = 0;
    } catch (error) {
      failures += 1;
      failed(errorText(error));
    }
    asking = false;
    timer = setTimeout(() => void round(), wait());
  }

  function wait(): number {
    if (failures > 0) return Math.min(STATS_INTERVAL_MS * 2 ** failures, MAX_INTERVAL_MS);
    return exchanges < FIRST_EXCHANGES ? FIRST_INTERVAL_MS : STATS_INTERVAL_MS;
  }

  document.addEventListener('visibilitychange', () => void round());
  void round();
}
