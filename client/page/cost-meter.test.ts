// Counters as a server would tell them every two seconds, and what a message and an idle hour cost by them.
import { describe, expect, it } from 'vitest';
import type { TransportStats } from '../../server/protocol/messages.ts';
import { costForm } from './cost-forms.ts';
import { createCostMeter } from './cost-meter.ts';

function counters(requests: number, bytes: number, delivered = 0, published = 0): TransportStats {
  return {
    requests,
    bytesIn: bytes / 4,
    bytesOut: (bytes * 3) / 4,
    delivered,
    published,
    connectionsOpened: 1,
    open: 1,
    parked: 0,
  };
}

/** Polls every second: 100 bytes each, and 250 more where there is a message. */
function poll(meter: ReturnType<typeof createCostMeter>, seconds: number, from: number, messages = 0): void {
  for (let second = from + 2; second <= from + seconds; second += 2) {
    const told = messages === 0 ? 0 : Math.min(messages, (second - from) / 2);
    meter.sample(second * 1000, 'short-polling', counters(second, second * 100 + told * 250, told, told));
  }
}

describe('what silence costs', () => {
  it('is not known before it has been quiet for a while', () => {
    const meter = createCostMeter();
    poll(meter, 20, 0);
    expect(meter.costs('short-polling').perIdleHour).toBeNull();
    poll(meter, 4, 20);
    expect(meter.costs('short-polling').perIdleHour).toEqual({ requests: 3600, bytes: 360_000 });
  });

  it('does not have what connecting cost, nor another transport’s time', () => {
    const meter = createCostMeter();
    poll(meter, 24, 0);
    meter.sample(26_000, 'sse', counters(1, 5000));
    meter.interrupted();
    meter.sample(28_000, 'sse', counters(2, 9000));
    meter.sample(48_000, 'sse', counters(2, 9280));
    expect(meter.costs('sse').perIdleHour).toEqual({ requests: 0, bytes: 50_400 });
    expect(meter.costs('short-polling').perIdleHour).toEqual({ requests: 3600, bytes: 360_000 });
  });

  it('is forgotten where the interval has changed', () => {
    const meter = createCostMeter();
    poll(meter, 24, 0);
    meter.forget('short-polling');
    expect(meter.costs('short-polling').perIdleHour).toBeNull();
  });
});

it('a message costs what its time cost beyond silence', () => {
  const meter = createCostMeter();
  poll(meter, 24, 0);
  expect(meter.costs('short-polling').perMessage).toBeNull();
  poll(meter, 6, 24, 3);
  const { perMessage, ownShare } = meter.costs('short-polling');
  expect(perMessage?.requests).toBeCloseTo(0, 9);
  expect(perMessage?.bytes).toBeCloseTo(250, 9);
  expect(ownShare).toBe(1);
});

describe('the formulas beside', () => {
  const conditions = {
    pollIntervalMs: 1000,
    waitSeconds: 30,
    heartbeatMs: 15_000,
    clientId: 'tab',
    epoch: 'abcdefgh',
    typical: null,
    requestBytes: 400,
  };

  it('know an idle hour by the interval, the hold and the heartbeat', () => {
    const hour = (name: string) => costForm(name)?.perIdleHour(conditions);
    expect(hour('short-polling')?.requests).toBe(3600);
    expect(hour('long-polling')?.requests).toBe(120);
    expect(hour('sse')).toEqual({ requests: 0, bytes: 240 * 28 });
    expect(hour('websocket')).toEqual({ requests: 0, bytes: 240 * 25 });
    expect(costForm('short-polling')?.perIdleHour({ ...conditions, requestBytes: null })).toEqual({
      requests: 3600,
      bytes: null,
    });
  });

  it('know a message by its own weight', () => {
    const typical = { seq: 7, id: 'a', from: 'b', name: 'c', text: 'hello', at: 1, via: 'sse' } as const;
    const json = JSON.stringify(typical).length;
    const message = (name: string) => costForm(name)?.perMessage({ ...conditions, typical });
    expect(message('websocket')).toEqual({ requests: 0, bytes: 2 + '{"type":"message","message":}'.length + json });
    expect(message('long-polling')?.requests).toBe(1);
    // Request and answer, where short polling has the answer alone instead of an empty one.
    expect(message('long-polling')?.bytes).toBeGreaterThan((message('short-polling')?.bytes ?? 0) + 400);
    expect(costForm('sse')?.perMessage(conditions)).toEqual({ requests: 0, bytes: null });
  });
});
