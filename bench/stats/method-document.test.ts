// docs/method.md against the code: what it says of scenarios and bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  SSE_HEARTBEAT_BYTES,
  sseDeliveryBytes,
  WEBSOCKET_HEARTBEAT_BYTES,
  webSocketDeliveryBytes,
} from '../../client/closed-forms.ts';
import { packageRoot } from '../package-root.ts';
import { chosenScenarios, SCENARIO_NAMES } from '../scenarios/index.ts';

const text = readFileSync(join(packageRoot(), 'docs/method.md'), 'utf8');

/** @returns the cells of the table row that begins with that text. */
function row(first: string): string[] {
  const line = text.split('\n').find((one) => one.startsWith(`| ${first} |`)) ?? '';
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

const scenarios = chosenScenarios({
  size: 'default',
  transports: [],
  scenarios: SCENARIO_NAMES,
  claims: [],
  clients: 1,
  messagesPerSecond: 1,
  arrivals: 'poisson',
  textBytes: 100,
  durationMs: 1000,
  rounds: 1,
  pollIntervalMs: 1000,
  browserHeads: true,
  maxClients: 1,
  workers: 1,
  target: null,
  seed: 1,
});

it.each(scenarios)('the method has the question of $name', ({ name, question }) => {
  expect(row(`\`${name}\``)[1]).toBe(question);
});

it('the method has the bytes of one delivery and of heartbeats', () => {
  const [message, cursor] = [200, 10];
  const eventBytes = message + cursor + Number(/^b \+ (\d+)/.exec(row('SSE')[1] ?? '')?.[1]);
  expect(eventBytes + 4 + eventBytes.toString(16).length).toBe(sseDeliveryBytes(message, cursor));
  const envelope = Number(/^b \+ (\d+)/.exec(row('WebSocket')[1] ?? '')?.[1]);
  expect(message + envelope + 4).toBe(webSocketDeliveryBytes(message));
  expect(row('heartbeat, SSE')[1]).toMatch(new RegExp(`^${SSE_HEARTBEAT_BYTES}:`));
  const { out, in: bytesIn } = WEBSOCKET_HEARTBEAT_BYTES;
  expect(row('heartbeat, WebSocket')[1]).toMatch(new RegExp(`^${out} out:.*; ${bytesIn} in:`));
});

it('every link of the method within the page leads to a heading', () => {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
  expect(links.length).toBeGreaterThan(10);
  for (const link of links) expect(headings).toContain(link);
});
