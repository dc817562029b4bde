// Figures and times as people read them. Units are chosen here, at the edge, and nowhere else.

const counts = new Intl.NumberFormat('en-GB');
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatCount(count: number | bigint): string {
  return counts.format(count);
}

/** Three significant digits in powers of 1,000: `999 B`, `1.23 kB`, `45.6 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 and up would be printed as 1000.
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : threeDigits(value)} ${BYTE_UNITS[unit]}`;
}

/** How long a delivery took: whole milliseconds below a second, because the clocks compared have no more. */
export function formatLatency(ms: number): string {
  if (ms < 0.5) return '< 1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return seconds < 99.5 ? `${threeDigits(seconds)} s` : `${formatCount(Math.round(seconds))} s`;
}

/** A setting: `100 ms`, `1 s`, `2.5 s`. */
export function formatInterval(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

/** Time left, in whole seconds and never less than what is left. */
export function formatCountdown(ms: number): string {
  return `${Math.max(0, Math.ceil(ms / 1000))} s`;
}

/** Time gone by, in whole seconds and never more than what has. */
export function formatElapsed(ms: number): string {
  return `${Math.max(0, Math.floor(ms / 1000))} s`;
}

/** @param timeZone the reader's where none is given. */
export function createMessageTimeFormat(timeZone?: string): MessageTimeFormat {
  const zone = timeZone === undefined ? {} : { timeZone };
  // Making one of these costs more than a hundred uses of it.
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', ...zone });
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', ...zone });
  return (at, now) => {
    const day = date.format(at);
    return day === date.format(now) ? clock.format(at) : `${day}, ${clock.format(at)}`;
  };
}

/** A message's time: `14:03:05`, with the date before it where that is not today's. Both are ms since 1970. */
export type MessageTimeFormat = (at: number, now: number) => string;

/** In the reader's time zone. */
export const formatMessageTime: MessageTimeFormat = createMessageTimeFormat();

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
