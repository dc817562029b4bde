import { expect, it } from 'vitest';
import { deviationWarning, predict } from './models.ts';

const conditions = { pollIntervalMs: 1000, holdMs: 30_000, gapMs: 0, oneWayDelayMs: 2, fanOutMs: 4, messagesPerMs: 0 };

it('predicts the idle room: 3600 requests an hour, 120, and none', () => {
  const perHour = (transport: string) => (predict(transport, conditions)?.requestsPerMs ?? Number.NaN) * 3_600_000;
  expect(perHour('short-polling')).toBe(3600);
  expect(perHour('long-polling')).toBe(120);
  expect(perHour('sse')).toBe(0);
  expect(perHour('websocket')).toBe(0);
});

it('predicts half an interval on top of the delay for short polling', () => {
  expect(predict('short-polling', conditions)?.latency?.mean).toBe(502);
});

it('adds the fan-out to long polling, which answers all clients at once, but not to short polling', () => {
  const { mean, p50, max } = predict('long-polling', conditions)?.latency ?? { mean: 0, p50: 0, max: 0 };
  expect([mean, p50, max]).toEqual([4, 4, 6]);
});

it('predicts nothing for a transport that it has no model of', () => {
  expect(predict('carrier-pigeon', conditions)).toBeNull();
});

it('warns of a measured value that is off by more than the tolerance', () => {
  const tolerance = { share: 0.05, atLeast: 3 };
  expect(deviationWarning('The mean', 520, 502, tolerance)).toBeNull();
  expect(deviationWarning('The mean', 4, 1.5, tolerance)).toBeNull();
  expect(deviationWarning('The mean', 604, 502, tolerance)).toContain('1.20 times the predicted');
  expect(deviationWarning('The mean', 7, 0, tolerance)).toContain('not the predicted 0');
});
