import { describe, expect, onTestFinished, test } from 'vitest';
import { startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { ENGINE_NAMES, type EngineName } from '../../server/websocket/engines.ts';
import { describeConformance } from '../testing/conformance.ts';
import { type LabLimits, readEpoch, testEnv } from '../testing/lab.ts';
import { transports } from './index.ts';

async function startLab(limits: LabLimits = {}, websocketEngine: EngineName = 'ws') {
  const lab = await startLabServer({
    ...testConfig,
    websocketEngine,
    publishRate: 0,
    addressPublishRate: 0,
    // Soon back after a shutdown, and soon gone from the counters.
    byeSpreadMs: 0,
    presenceLeaseMs: 200,
    ...limits,
  });
  onTestFinished(() => lab.close());
  return lab;
}

// Every transport, and every engine where the transport runs on one.
const lanes = transports.flatMap((transport) => {
  const engines: readonly EngineName[] = transport.name === 'websocket' ? ENGINE_NAMES : ['ws'];
  return engines.map((websocketEngine) => ({ transport, websocketEngine, name: transport.name }));
});

describe.each(lanes)('$name, --websocket-engine $websocketEngine', ({ transport, websocketEngine }) => {
  describeConformance(transport, (limits) => startLab(limits, websocketEngine));
});

describe('the list of transports', () => {
  test('has each name once', () => {
    const names = transports.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('short polling is told "nothing" at once, long polling not before its hold is over', async () => {
  const lab = await startLab();
  const env = testEnv(lab.url);
  const cursor = `${await readEpoch(lab.url)}.0`;
  const answers: string[] = [];
  async function emptyRead(transport: string): Promise<void> {
    const { status } = await env.request({ method: 'GET', path: `/v1/${transport}?cursor=${cursor}&wait=1` });
    expect(status).toBe(204);
    answers.push(transport);
  }
  const start = env.now();
  const held = emptyRead('long-polling');
  await emptyRead('short-polling');
  await held;
  expect(answers).toEqual(['short-polling', 'long-polling']);
  // Timers may be a millisecond early.
  expect(env.now() - start).toBeGreaterThan(990);
});
