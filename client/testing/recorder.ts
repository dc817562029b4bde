// A transport listener that writes down what it is told, in order.
import type { TransportEnd, TransportListener } from '../transports/transport.ts';

export interface Recorder extends TransportListener {
  /** One line per call, `alive` excepted: `opened e.1`, `received 2 3`, `reset trimmed e.7`, `presence 3`, `ended lost`. */
  readonly lines: readonly string[];
  readonly texts: readonly string[];
  readonly end: TransportEnd | null;
  /** The last `nextWithinMs`. */
  readonly aliveMs: number | null;
}

export function createRecorder(): Recorder {
  const lines: string[] = [];
  const texts: string[] = [];
  let end: TransportEnd | null = null;
  let aliveMs: number | null = null;
  return {
    lines,
    texts,
    get end() {
      return end;
    },
    get aliveMs() {
      return aliveMs;
    },
    opened: (cursor) => void lines.push(`opened ${cursor}`),
    received(messages) {
      lines.push(`received ${messages.map(({ seq }) => seq).join(' ')}`);
      texts.push(...messages.map(({ text }) => text));
    },
    reset: ({ reason, cursor }) => void lines.push(`reset ${reason} ${cursor}`),
    presence: ({ total }) => void lines.push(`presence ${total}`),
    alive(nextWithinMs) {
      aliveMs = nextWithinMs;
    },
    ended(ending) {
      lines.push(`ended ${ending.reason}`);
      end = ending;
    },
  };
}
