// What is being done, how far it is and how long it may still take: one line that is overwritten on a terminal, plain
// lines elsewhere.
import { clockTime } from './format.ts';

export interface ProgressPart {
  readonly name: string;
  /** About how long it takes, in ms. */
  readonly estimateMs: number;
}

export interface Progress {
  /** @param part its place in the list of parts. */
  step(part: number, text: string): void;
  /** Says something that stays. */
  say(text: string): void;
  /** Makes room for other output. */
  clear(): void;
  /** Ends the display. */
  end(): void;
}

/** The part of a terminal stream that is needed. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REFRESH_MS = 500;

/** @returns the line: `[2/3] idle · 60 s of silence · 3:20 of about 4:40`. */
export function progressLine(parts: readonly ProgressPart[], part: number, text: string, elapsedMs: number): string {
  const total = parts.reduce((sum, { estimateMs }) => sum + estimateMs, 0);
  const time = `${clockTime(elapsedMs)} of about ${clockTime(Math.max(total, elapsedMs))}`;
  return `[${part + 1}/${parts.length}] ${parts[part]?.name ?? ''} · ${text} · ${time}`;
}

export function createProgress(stream: ProgressStream, parts: readonly ProgressPart[]): Progress {
  const startedAt = Date.now();
  let current: { part: number; text: string } | undefined;
  const line = ({ part, text }: { part: number; text: string }) =>
    progressLine(parts, part, text, Date.now() - startedAt);
  if (stream.isTTY !== true) {
    return {
      step: (part, text) => stream.write(`${line({ part, text })}\n`),
      say: (text) => stream.write(`${text}\n`),
      clear: () => undefined,
      end: () => undefined,
    };
  }
  const clear = () => stream.write('\r\u001b[K');
  const draw = () => {
    if (current === undefined) return;
    clear();
    stream.write(line(current).slice(0, (stream.columns ?? 80) - 1));
  };
  const timer = setInterval(draw, REFRESH_MS);
  return {
    step: (part, text) => {
      current = { part, text };
      draw();
    },
    say: (text) => {
      clear();
      stream.write(`${text}\n`);
      draw();
    },
    clear,
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}
