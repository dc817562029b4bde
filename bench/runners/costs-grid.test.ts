import { describe, expect, it } from 'vitest';
import { costs } from '../scenarios/costs.ts';
import type { CostsWorkload } from '../scenarios/scenario.ts';
import { benchSettings } from '../testing/settings.ts';
import { messageWindowMs, messageWindows, requestWindowMs, rotated } from './costs-grid.ts';

const workload = costs(benchSettings({ size: 'full' })).workload as CostsWorkload;
const texts = (pace: 'clock' | 'held' | 'stream', isControl = false) =>
  messageWindows(workload, pace, isControl).map(
    ({ clients, messagesPerSecond, heldOut }) => `${clients} at ${messagesPerSecond}${heldOut ? ', held out' : ''}`,
  );

describe('the grid', () => {
  it('has fewer clients where a core could not serve more, and the slope spans four times as many at least', () => {
    expect(texts('stream')).toEqual([
      '65 at 150',
      '100 at 10',
      '100 at 25',
      '100 at 60',
      '260 at 150',
      '300 at 40, held out',
      '300 at 100, held out',
      '660 at 60',
      '1000 at 10',
      '1000 at 25',
    ]);
    const deliveries = messageWindows(workload, 'held', false).map((one) => one.clients * one.messagesPerSecond);
    expect(Math.max(...deliveries)).toBeLessThanOrEqual(workload.messages.mostDeliveriesPerSecond.held);
  });

  it('has every point of a curve twice, with few clients and with many, and none that is held out among them', () => {
    for (const pace of ['clock', 'held', 'stream'] as const) {
      const windows = messageWindows(workload, pace, false);
      for (const rate of workload.messages.rates) {
        const [few, many] = windows.filter((one) => one.messagesPerSecond === rate);
        expect((many?.clients ?? 0) / (few?.clients ?? 1)).toBeGreaterThanOrEqual(4);
      }
      const heldOut = windows.filter((one) => one.heldOut).map((one) => one.messagesPerSecond);
      expect(heldOut.filter((rate) => workload.messages.rates.includes(rate))).toEqual([]);
    }
  });

  it('measures a control at one rate only, to see the slope', () => {
    expect(texts('stream', true)).toEqual(['100 at 60', '660 at 60']);
  });

  it('has a hundred events in every window, and whole intervals for those who ask by the clock', () => {
    for (const rate of [10, 25, 40, 60, 100, 150]) {
      expect((messageWindowMs(workload, 'stream', rate) * rate) / 1000).toBeGreaterThanOrEqual(100);
      expect(messageWindowMs(workload, 'clock', rate) % workload.pollIntervalMs).toBe(0);
    }
    for (const rate of workload.requests.rates.clock) {
      expect((requestWindowMs(workload, rate) * rate) / 1000).toBeGreaterThanOrEqual(100);
    }
  });
});

it('each round begins elsewhere', () => {
  expect([0, 1, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'abc']);
});
