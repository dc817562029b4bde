import { describe, expect, it } from 'vitest';
import { type AbuseRun, abuseSchema, isSound } from './abuse-file.ts';
import { abuseText, withAbuse } from './report.ts';

const RUN: AbuseRun = {
  schema: 1,
  startedAt: '2026-01-02T03:04:05.000Z',
  environment: { cpu: 'a processor', cores: 2, os: 'Linux', node: 'v20.0.0', commit: 'a'.repeat(40), dirty: false },
  settings: { seconds: 20, seed: 1, websocketEngine: 'ws' },
  server: {
    idleBytes: 80_000_000,
    peakBytes: 380_000_000,
    leftBytes: 150_000_000,
    networkPeakBytes: null,
    connectionsEnded: { unanswered: 3, unread: 2, shed: 1 },
  },
  waits: { deliveryMs: 1200, healthzMs: 40 },
  bystanders: [
    { transport: 'sse', expected: 9, delivered: 9, missing: 0, duplicated: 0, outOfOrder: 0, receiptedLost: 0 },
  ],
  messages: { sent: 4, receipted: 4, attackers: 5 },
  differences: [],
  attacks: [{ name: 'pings', does: 'pings', connections: 7, refused: 0, bytesSent: 2_000_000, bytesRead: 1000 }],
};
const heavier = (bytes: number): AbuseRun => ({
  ...RUN,
  server: { ...RUN.server, peakBytes: RUN.server.peakBytes + bytes },
});
const lossy: AbuseRun = { ...RUN, differences: ['bystander-sse lacks 1 of 9 messages'] };

describe('a run of abuse', () => {
  it('is as its schema says', () => {
    expect(abuseSchema.parse(JSON.parse(JSON.stringify(RUN)))).toEqual(RUN);
  });

  it('is sound where nothing was lost and the server held no more than it may', () => {
    expect([RUN, heavier(1), lossy].map(isSound)).toEqual([true, false, false]);
    expect(abuseText(RUN)).toContain('Every promise was kept');
    expect(abuseText(heavier(1_000_000))).toContain('NOT KEPT: the server held 301 MB beyond idle, more than 300 MB.');
    expect(abuseText(lossy)).toContain('NOT KEPT: bystander-sse lacks 1 of 9 messages');
  });

  it('stands between the marks of the document, and nowhere else', () => {
    const empty =
      'before\n<!-- abuse: drawn by npm run docs from results/abuse.json -->\n<!-- end of abuse -->\nafter\n';
    const drawn = withAbuse(empty, RUN);
    expect(drawn.startsWith('before\n') && drawn.endsWith('<!-- end of abuse -->\nafter\n')).toBe(true);
    expect(drawn).toMatch(/the most beyond that +\| +300 MB/);
    expect(withAbuse(drawn, RUN)).toBe(drawn);
    expect(withAbuse(drawn, lossy)).toContain('NOT KEPT: bystander-sse lacks 1 of 9 messages');
    expect(() => withAbuse('nothing', RUN)).toThrow('has no <!-- abuse');
  });
});
