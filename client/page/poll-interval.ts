// The poll interval: a choice, and what follows from it.
import { byId } from './dom.ts';
import { formatCount, formatInterval } from './format.ts';

const INTERVALS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000] as const;
export const DEFAULT_INTERVAL_MS = 1000;
const HOUR_MS = 3_600_000;

export function createPollInterval(chosen: (intervalMs: number) => void): void {
  const select = byId('poll-interval', HTMLSelectElement);
  const note = byId('poll-interval-note', HTMLElement);
  for (const intervalMs of INTERVALS_MS) {
    const isDefault = intervalMs === DEFAULT_INTERVAL_MS;
    select.add(new Option(formatInterval(intervalMs), String(intervalMs), isDefault, isDefault));
  }

  function explain(): void {
    const intervalMs = Number(select.value);
    note.textContent =
      `Decides short polling’s result, and no other’s: a message waits ${formatInterval(intervalMs / 2)} for its poll ` +
      `on average, and silence costs ${formatCount(HOUR_MS / intervalMs)} requests an hour.`;
  }

  // Browsers restore a form's choice over a reload, and the session must hear of that too.
  select.value = String(DEFAULT_INTERVAL_MS);
  explain();
  select.addEventListener('change', () => {
    explain();
    chosen(Number(select.value));
  });
}
