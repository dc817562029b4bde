import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../package-root.ts';
import { type Lane, parseRunFile } from '../../run/run-file.ts';
import { MODELS } from '../../stats/transport-models.ts';
import { type Room, trafficOf, USUAL_CLIENTS } from './traffic.ts';
import { bytesPerSecond } from './weights.ts';

/** Stored runs may be of before an answer's head had its last line. */
const NEAR = 0.1;

const ROOM: Room = { ...USUAL_CLIENTS, messagesPerSecond: 5, clients: 1, roundTripMs: 0 };

function bytesOf(transport: string, room: Partial<Room>): number {
  const asked = { ...ROOM, ...room };
  const bytes = bytesPerSecond(transport, asked, trafficOf(MODELS.get(transport)?.pace ?? 'stream', asked, 0.4));
  if (typeof bytes !== 'number') throw new Error(bytes.notKnown);
  return bytes;
}

const results = join(packageRoot(), 'results');
const stored = readdirSync(results)
  .map((folder) => join(results, folder, 'run.json'))
  .filter((file) => existsSync(file))
  .map((file) => parseRunFile(readFileSync(file, 'utf8')));

function lanesOf(scenario: string): [lane: Lane, settings: Readonly<Record<string, unknown>>][] {
  return stored.flatMap(({ scenarios }) =>
    scenarios
      .filter(({ name }) => name === scenario)
      .flatMap(({ lanes, settings }) =>
        lanes
          .filter(({ transport }) => transport !== undefined)
          .map((lane): [Lane, typeof settings] => [lane, settings]),
      ),
  );
}

describe('bytes by form', () => {
  it('are what the stored runs counted for each delivery', () => {
    const lanes = lanesOf('steady').filter(([{ bytesPerDelivery }]) => bytesPerDelivery !== undefined);
    expect(lanes.length).toBeGreaterThanOrEqual(4);
    for (const [{ transport = '', messagesPerSecond = 0, requestsPerDelivery, bytesPerDelivery }] of lanes) {
      const room = { ...ROOM, messagesPerSecond };
      // As many requests as there were.
      const traffic = trafficOf(MODELS.get(transport)?.pace ?? 'stream', room, 0.4);
      const requestsPerSecond = (requestsPerDelivery?.value ?? 0) * messagesPerSecond;
      const form = Number(bytesPerSecond(transport, room, { ...traffic, requestsPerSecond })) / messagesPerSecond;
      expect(Math.abs(form / (bytesPerDelivery?.value ?? 0) - 1), `${transport}: ${form}`).toBeLessThan(NEAR);
    }
  });

  it('are what they counted in silence', () => {
    const lanes = lanesOf('idle');
    expect(lanes.length).toBeGreaterThanOrEqual(4);
    for (const [{ transport = '', bytesPerClientHour }, { waitSeconds, heartbeatMs }] of lanes) {
      const silence = { messagesPerSecond: 0, holdMs: Number(waitSeconds) * 1000, heartbeatMs: Number(heartbeatMs) };
      const form = bytesOf(transport, silence) * 3600;
      expect(Math.abs(form / (bytesPerClientHour?.value ?? 0) - 1), transport).toBeLessThan(0.03);
    }
  });

  it('grow with texts, heads and heartbeats, as far as a transport has them', () => {
    for (const transport of MODELS.keys()) {
      expect(bytesOf(transport, { textBytes: 1100 }) - bytesOf(transport, {}), transport).toBeCloseTo(5 * 1000, -2);
      const polls = transport.endsWith('polling');
      const bare = bytesOf(transport, { messagesPerSecond: 0, headBytes: 800 });
      if (transport === 'short-polling') expect(bare).toBeCloseTo(800);
      if (transport === 'long-polling') expect(bare).toBeCloseTo(800 / 30, 2);
      const often = bytesOf(transport, { heartbeatMs: 1000 }) - bytesOf(transport, {});
      expect(often > 0, transport).toBe(!polls);
    }
  });
});
