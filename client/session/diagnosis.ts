// What seems to be wrong beyond a lost connection, from what attempts came to.
import { ROUTES } from '../../server/protocol/routes.ts';
import { readText } from '../transports/http/read-body.ts';
import type { Transport, TransportEnv } from '../transports/transport.ts';
import type { SessionTrouble } from './session-types.ts';

/** How long another request may take, in ms, that asks whether the server answers at all. */
const PROBE_TIMEOUT_MS = 10_000;
/** A stream that was answered and tells nothing for so long, in ms, is held back. */
const HELD_BACK_AFTER_MS = 5_000;
/** One server has a new log only when it is started anew: more changes of epoch than this, in a minute, is several servers. */
const EPOCH_CHANGES = 3;
const MINUTE_MS = 60_000;

/** An attempt that ended without a word from the room. */
export interface FailedAttempt {
  readonly transport: Transport;
  /** Whether the server had answered. */
  readonly answered: boolean;
  /** Whether it was given up because nothing came. */
  readonly silent: boolean;
  readonly tookMs: number;
}

export interface Diagnosis {
  /** @returns what troubles this transport now. */
  trouble(transport: string): SessionTrouble | null;
  opened(transport: string): void;
  failed(attempt: FailedAttempt): void;
  /** The room is another one. @returns whether that has happened too often for one server. */
  epochChanged(): boolean;
  close(): void;
}

/** @param now a clock in ms. @param changed called when a trouble has come outside of any call. */
export function createDiagnosis(
  env: TransportEnv,
  clientId: string,
  now: () => number,
  changed: () => void,
): Diagnosis {
  const opened = new Set<string>();
  const troubles = new Map<string, SessionTrouble>();
  let epochChanges: number[] = [];
  let severalUntil = Number.NEGATIVE_INFINITY;
  let probe: AbortController | null = null;

  /** Resolves whether the server answers another request. */
  async function isReachable(abort: AbortController): Promise<boolean> {
    const timer = setTimeout(() => abort.abort(), PROBE_TIMEOUT_MS);
    const stop = () => clearTimeout(timer);
    abort.signal.addEventListener('abort', stop);
    try {
      const path = `${ROUTES.presence}?client=${encodeURIComponent(clientId)}`;
      const response = await env.request({ method: 'GET', path, signal: abort.signal });
      await readText(response.body);
      return response.status === 200;
    } catch {
      // No answer: then it is the server, or the way to it, and not the transport.
      return false;
    } finally {
      stop();
    }
  }

  async function blameUnlessAway(transport: string, trouble: SessionTrouble): Promise<void> {
    if (probe !== null) return;
    const abort = new AbortController();
    probe = abort;
    const reachable = await isReachable(abort);
    probe = null;
    if (!reachable || abort.signal.aborted || opened.has(transport)) return;
    troubles.set(transport, trouble);
    changed();
  }

  return {
    trouble: (transport) => (now() < severalUntil ? 'several-servers' : (troubles.get(transport) ?? null)),
    opened(transport) {
      opened.add(transport);
      troubles.delete(transport);
    },
    failed({ transport, answered, silent, tookMs }) {
      const { name, pace } = transport;
      if (pace !== 'stream' || troubles.has(name)) return;
      if (answered) {
        if (silent || tookMs >= HELD_BACK_AFTER_MS) troubles.set(name, 'held-back');
      } else if (!opened.has(name)) {
        void blameUnlessAway(name, silent ? 'held-back' : 'never-opened');
      }
    },
    epochChanged() {
      const at = now();
      epochChanges = [...epochChanges.filter((each) => at - each < MINUTE_MS), at];
      if (at >= severalUntil && epochChanges.length <= EPOCH_CHANGES) return false;
      severalUntil = at + MINUTE_MS;
      return true;
    },
    close() {
      probe?.abort();
    },
  };
}
