// Tiny real runs of a few claims.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { transports } from '../../client/transports/index.ts';
import type { ClaimNumber } from '../run/claims.ts';
import { chosenScenarios } from '../scenarios/index.ts';
import type { FolkloreWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { benchSettings } from '../testing/settings.ts';
import { countInBrowser } from './folklore/browser-counts.ts';
import { startIdleProxy } from './folklore/idle-cuts.ts';
import { folkloreRunner } from './folklore.ts';

const TIMEOUT_MS = 180_000;
/** The least share of the messages that is lost in the outages, which take five eighths of the time. */
const LEAST_LOST = 10;

function workloadOf(claims: readonly ClaimNumber[]): FolkloreWorkload {
  const [scenario] = chosenScenarios(benchSettings({ scenarios: ['folklore'], claims }));
  if (scenario?.workload.kind !== 'folklore') throw new Error('folklore is another kind of scenario');
  return scenario.workload;
}

describe('folklore', () => {
  it(
    'plays only what its claims need: what outages lose without resuming, and how many polls are empty',
    async () => {
      const usual = workloadOf([8, 13]);
      const played: string[] = [];
      const workload: FolkloreWorkload = {
        ...usual,
        outages: { ...usual.outages, rounds: 1, outages: 1, everyMs: 8000, offlineMs: 5000, messagesPerSecond: 10 },
        emptyPolls: { ...usual.emptyPolls, clients: 2, durationMs: 3000 },
        samples: { ...usual.samples, rounds: 1, durationMs: 1000, cases: usual.samples.cases.slice(0, 2) },
      };
      const { claims = [], lanes } = await folkloreRunner.run(
        workload,
        testRunContext(
          transports.map(({ name }) => name),
          { progress: (step) => played.push(step) },
        ),
      );
      expect(lanes).toEqual([]);
      expect(claims.map(({ claim }) => claim)).toEqual([8, 13]);
      const [outages = {}, polls = {}] = claims.map(({ figures }) => figures);
      for (const name of ['websocket', 'sse', 'longPolling', 'shortPolling']) {
        expect(outages[`${name}Kept`]?.value).toBe(0);
        expect(outages[`${name}Lost`]?.value).toBeGreaterThan(LEAST_LOST);
      }
      expect(polls['emptyRare']?.value).toBeGreaterThan(polls['emptyOften']?.value ?? 100);
      expect(played.some((step) => step.includes('browser') || step.includes('memory'))).toBe(false);
    },
    TIMEOUT_MS,
  );

  it('says about how long the claims take, and under six minutes for all of them', () => {
    const estimate = (claims: readonly ClaimNumber[]) =>
      folkloreRunner.estimateMs(workloadOf(claims), testRunContext([]));
    expect(estimate([8])).toBeLessThan(estimate([5, 8]));
    // Two claims that share an experiment take no longer than one of them.
    expect(estimate([2, 5])).toBe(estimate([5]));
    expect(estimate(workloadOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]).claims)).toBeLessThan(360_000);
  });
});

const browser = inject('browser');

describe.skipIf('missing' in browser)('a real browser', () => {
  it(
    'opens six streams to a host over HTTP/1.1, and more than six WebSockets',
    async () => {
      const counts = await countInBrowser(
        // So many open for certain, so that nothing is decided by how long it is quiet.
        { http1Streams: 6, webSockets: 7, http2Streams: 7, http2Allowed: 250, quietMs: 60_000, polls: 3 },
        testRunContext([]),
      );
      expect(counts).toMatchObject({ http1Streams: 6, webSockets: 7 });
      expect('pollBytes' in counts ? counts.pollBytes : 0).toBeGreaterThan(300);
    },
    TIMEOUT_MS,
  );
});

describe('the proxy that ends what is silent', () => {
  it('passes bytes in both directions, and ends both sides after the silence', async () => {
    const echo = createServer((socket) => socket.pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    onTestFinished(() => void echo.close());
    const address = echo.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const proxy = await startIdleProxy(`http://127.0.0.1:${port}`, 2000);
    onTestFinished(() => proxy.close());
    const upstream = once(echo, 'connection');
    const client = connect(Number(new URL(proxy.origin).port), '127.0.0.1');
    const [socket] = await upstream;
    const ended = Promise.all([once(client, 'close'), once(socket, 'close')]);
    client.write('hello');
    const [answer] = await once(client, 'data');
    expect(String(answer)).toBe('hello');
    await ended;
  });
});
