// What is being done, how far it is and how long it may still take: one line that is overwritten on a terminal, plain
// lines elsewhere. The cursor is never hidden, so that there is nothing to restore however the process ends.
import { clockTime } from '../run/format.ts';

export interface ProgressPart {
  readonly name: string;
  /** About how long it takes, in ms. */
  readonly estimateMs: number;
}

export interface Progress {
  /**
   * @param part its place in the list of parts.
   * @param share how much of the part is done, 0 to 1; default: as much as its estimate says.
   */
  step(part: number, text: string, share?: number): void;
  /** Says something that stays, above the line: a row that is finished, a warning. */
  say(text: string): void;
  /** Makes room for other output, until the next step. */
  clear(): void;
  /** Ends the display; more than once does no harm. */
  end(): void;
}

/** The part of a terminal stream that is needed. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How far a run is. */
export interface ProgressState {
  readonly part: number;
  readonly text: string;
  readonly elapsedMs: number;
  /** Of all parts, 0 to 1. */
  readonly share: number;
  /** Null while nothing can be said. */
  readonly leftMs: number | null;
}

const REFRESH_MS = 500;
const BAR_WIDTH = 16;
/** Below this width there is no bar. */
const BAR_FROM_WIDTH = 80;
/** Until this much is done, estimates are believed rather than the pace. */
const PACE_FROM_SHARE = 0.05;
/** By more than this factor no estimate is wrong; a first step that was quick says little. */
const MOST_OFF = 4;
/** A part that takes longer than was thought is never quite done. */
const MOST_BY_TIME = 0.95;
const CLEAR_LINE = '\r\u001b[K';

/** @returns the line: `███░░░  40 %  [2/3] idle · 60 s of silence · 3:20, about 4:40 left`, cut to the width. */
export function progressLine(parts: readonly ProgressPart[], state: ProgressState, width: number): string {
  const { part, text, elapsedMs, share, leftMs } = state;
  const full = Math.round(share * BAR_WIDTH);
  const bar = width >= BAR_FROM_WIDTH ? `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ` : '';
  const left = leftMs === null ? '' : `, about ${clockTime(leftMs)} left`;
  const head = `${bar}${String(Math.floor(share * 100)).padStart(3)} %  [${part + 1}/${parts.length}] `;
  const tail = ` · ${clockTime(elapsedMs)}${left}`;
  const what = `${parts[part]?.name ?? ''} · ${text}`;
  const room = width - head.length - tail.length;
  return `${head}${cut(what, Math.max(0, room))}${tail}`.slice(0, Math.max(0, width));
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width === 0 ? '' : `${text.slice(0, width - 1)}…`;
}

function clamped(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** What a display knows of time. */
interface Pace {
  enter(part: number, share: number | undefined): void;
  state(): Pick<ProgressState, 'elapsedMs' | 'share' | 'leftMs'>;
}

function createPace(parts: readonly ProgressPart[], now: () => number): Pace {
  const startedAt = now();
  const totalMs = Math.max(
    1,
    parts.reduce((sum, { estimateMs }) => sum + estimateMs, 0),
  );
  let current = { part: 0, since: startedAt, share: undefined as number | undefined };
  return {
    enter: (part, share) => {
      current = { part, since: part === current.part ? current.since : now(), share };
    },
    state: () => {
      const elapsedMs = now() - startedAt;
      const estimateMs = parts[current.part]?.estimateMs ?? 0;
      const byTime = Math.min(MOST_BY_TIME, (now() - current.since) / Math.max(1, estimateMs));
      const beforeMs = parts.slice(0, current.part).reduce((sum, part) => sum + part.estimateMs, 0);
      const share = Math.min(1, (beforeMs + estimateMs * (current.share ?? byTime)) / totalMs);
      const pace = share < PACE_FROM_SHARE ? 1 : clamped(elapsedMs / (share * totalMs), 1 / MOST_OFF, MOST_OFF);
      return { elapsedMs, share, leftMs: totalMs <= 1 ? null : (1 - share) * totalMs * pace };
    },
  };
}

/** @param now a clock in ms. */
export function createProgress(
  stream: ProgressStream,
  parts: readonly ProgressPart[],
  now: () => number = () => performance.now(),
): Progress {
  const pace = createPace(parts, now);
  return stream.isTTY === true ? onTerminal(stream, parts, pace) : inLines(stream, parts, pace);
}

/** A line for each step, and none where only its share has changed. */
function inLines(stream: ProgressStream, parts: readonly ProgressPart[], pace: Pace): Progress {
  let last = '';
  return {
    step: (part, text, share) => {
      pace.enter(part, share);
      if (`${part} ${text}` === last) return;
      last = `${part} ${text}`;
      stream.write(
        `${progressLine(parts, { part, text, ...pace.state() }, Number.POSITIVE_INFINITY).replace(/^[█░]* */, '')}\n`,
      );
    },
    say: (text) => stream.write(`${text}\n`),
    clear: () => undefined,
    end: () => undefined,
  };
}

function onTerminal(stream: ProgressStream, parts: readonly ProgressPart[], pace: Pace): Progress {
  let current: { part: number; text: string } | null = null;
  const draw = () => {
    if (current === null) return;
    // The last column stays free: some terminals begin a new line there.
    const width = (stream.columns ?? BAR_FROM_WIDTH) - 1;
    stream.write(CLEAR_LINE + progressLine(parts, { ...current, ...pace.state() }, width));
  };
  const timer = setInterval(draw, REFRESH_MS);
  // What is shown must not keep anything running.
  timer.unref();
  const clear = () => {
    if (current !== null) stream.write(CLEAR_LINE);
  };
  return {
    step: (part, text, share) => {
      pace.enter(part, share);
      current = { part, text };
      draw();
    },
    say: (text) => {
      clear();
      stream.write(`${text}\n`);
      draw();
    },
    clear: () => {
      clear();
      current = null;
    },
    end: () => {
      clearInterval(timer);
      clear();
      current = null;
    },
  };
}
