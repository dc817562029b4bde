import { describe, expect, it } from 'vitest';
import type { LaneVerdict, Verdict } from './oracle.ts';
import { chaosText, commandOf, isSound } from './report.ts';
import type { ChaosResult } from './run-chaos.ts';

const LANE: LaneVerdict = {
  lane: 'long-polling',
  readers: 4,
  expected: 120_000,
  delivered: 120_000,
  missing: 0,
  duplicated: 0,
  outOfOrder: 0,
  altered: 0,
  receiptedLost: 0,
};

function result(verdict: Partial<Verdict> = {}, changes: Partial<ChaosResult> = {}): ChaosResult {
  return {
    settings: {
      durationMs: 600_000,
      seed: 7,
      store: 'sqlite',
      crowd: 1,
      kills: 0,
      redisKills: 0,
      nodes: 1,
      transports: ['sse', 'websocket'],
      webSocketEngines: ['ws', 'by-hand'],
    },
    verdict: {
      lanes: [LANE],
      sent: 30_000,
      receipted: 29_990,
      savedByRetry: 77,
      storedWithoutReceipt: 10,
      endedWithEpoch: 0,
      resets: 0,
      differenceCount: 0,
      differences: [],
      ...verdict,
    },
    rollbacksTold: 0,
    faults: new Map([
      ['blackhole', 12],
      ['kill', 41],
    ]),
    networks: { connections: 9000, refused: 30, cuts: 1234, halfCloses: 5 },
    openings: 4000,
    healedMs: 12_345,
    stragglers: [],
    ...changes,
  };
}

describe('a run where all held', () => {
  const text = chaosText(result());

  it('tells what was survived, the messages and the ledger', () => {
    expect(isSound(result())).toBe(true);
    expect(text).toContain('600 s of faults, seed 7, sqlite store');
    expect(text).toContain('Survived: 41 kills (SIGKILL), 12 blackholes; 1,234 connections cut');
    expect(text).toMatch(/30,000 sent, 29,990 receipted \(77 of them only[^)]*\),\s+10 stored without/);
    expect(text).toMatch(/long-polling +4 +120,000 +120,000 +0 +0 +0 +0 +0\n/);
    expect(text).toContain('12.35 s after the last fault');
    expect(text).toContain('Every promise was kept.');
  });

  it('fits a terminal', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(105);
  });
});

describe('a run where something did not hold', () => {
  it('tells the first differences, how many there are, and how to see them again', () => {
    const differences = Array.from({ length: 100 }, (_, index) => `difference ${index}`);
    const bad = result({ differences, differenceCount: 5000 });
    expect(isSound(bad)).toBe(false);
    const text = chaosText(bad);
    expect(text).toContain('NOT KEPT, 5,000 differences');
    expect(text).toContain('- difference 0');
    expect(text).toContain('… and 4,990 more');
    expect(text).toContain('npm run chaos -- --minutes 10 --seed 7');
    expect(text).not.toContain('Every promise was kept');
  });

  it('is not sound where somebody never got there, and says who', () => {
    const bad = result({}, { healedMs: null, stragglers: ['sse-1 (sse, waiting) is at e.1, not at e.2'] });
    expect(isSound(bad)).toBe(false);
    expect(chaosText(bad)).toContain('Not healed: 1 client did not get there in time: sse-1');
  });
});

it('the command that repeats a run has what differs from the defaults', () => {
  const { settings } = result();
  expect(commandOf(settings)).toBe('npm run chaos -- --minutes 10 --seed 7');
  const other = {
    ...settings,
    durationMs: 12_000,
    store: 'memory',
    transports: ['sse'],
    webSocketEngines: ['ws'],
  } as const;
  expect(commandOf(other)).toBe(
    'npm run chaos -- --minutes 0.2 --seed 7 --store memory --transport sse --websocket-engine ws',
  );
  const kills = { ...settings, store: 'redis', nodes: 3, kills: 20, redisKills: 10 } as const;
  expect(commandOf(kills)).toBe(
    'npm run chaos -- --minutes 10 --seed 7 --store redis --nodes 3 --kills 20 --redis-kills 10',
  );
});
