// The race's set-up as a situation for the calculator of the documentation.
import type { RaceSettings } from './race-settings.ts';

/** @returns the calculator's address, beside the page; what it has no field for is left out. */
export function calculatorLink(settings: RaceSettings): string {
  const { messages, everyMs, roundTripMs, pollIntervalMs, waitSeconds, heartbeatSeconds } = settings;
  const parts = new URLSearchParams({
    rtt: String(roundTripMs),
    poll: String(pollIntervalMs),
    hold: String(waitSeconds),
    heartbeat: String(heartbeatSeconds),
    at: 'decision',
  });
  // A room in which nobody talks has no rate.
  if (messages > 0) parts.set('rate', String(Number(((messages * 1000) / everyMs).toPrecision(4))));
  return `docs/index.html#${parts}`;
}
