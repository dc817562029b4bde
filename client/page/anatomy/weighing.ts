// Sends one message over each transport, as a browser does it, and collects every byte that it took.
import { formatHex } from './hex.ts';
import type { Scale, Weight } from './scale.ts';
import { startTraceLog } from './trace-log.ts';
import { weighLongPolling, weighShortPolling, weighSse } from './weighing-http.ts';
import { weighWebSocket } from './weighing-websocket.ts';

const ID_BYTES = 6;

const SCALES: ReadonlyMap<string, (scale: Scale) => Promise<Weight>> = new Map([
  ['short-polling', weighShortPolling],
  ['long-polling', weighLongPolling],
  ['sse', weighSse],
  ['websocket', weighWebSocket],
]);

/** Resolves with the weight, or with null for a transport that this page can't weigh; rejects with an Error for people. */
export async function weighTransport(name: string, scale: Omit<Scale, 'log' | 'id'>): Promise<Weight | null> {
  const weigh = SCALES.get(name);
  if (weigh === undefined) return null;
  const log = await startTraceLog(scale.env);
  try {
    const id = formatHex(crypto.getRandomValues(new Uint8Array(ID_BYTES)), '');
    return await weigh({ ...scale, log, id });
  } finally {
    log.close();
  }
}
