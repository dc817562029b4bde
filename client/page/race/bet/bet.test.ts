import { describe, expect, it } from 'vitest';
import { transports } from '../../../transports/index.ts';
import type { Measured } from '../charts/measured.ts';
import { betFromText, betToText, firstBet, messagesOfBet } from './bet.ts';
import { MOST_STEPS, msToStep, shareOf, stepToMs } from './ruler.ts';
import { type LaneTruth, laneSentence, requestsSentence, slowestSentence } from './truth.ts';

describe('the ruler', () => {
  it('goes from 10 ms to 10 s, each factor of ten as long as the others', () => {
    expect([0, MOST_STEPS / 3, (2 * MOST_STEPS) / 3, MOST_STEPS].map(stepToMs)).toEqual([10, 100, 1000, 10_000]);
    expect([10, 100, 1000, 10_000].map(shareOf)).toEqual([0, 1 / 3, 2 / 3, 1].map((share) => expect.closeTo(share, 9)));
    expect([1, 99_000].map(shareOf)).toEqual([0, 1]);
  });

  it('finds each step again', () => {
    for (let step = 0; step <= MOST_STEPS; step += 1) expect(msToStep(stepToMs(step))).toBe(step);
  });
});

describe('a bet', () => {
  it('stands in the address, and is found there again', () => {
    const bet = {
      meansMs: new Map(transports.map(({ name }, index) => [name, 50 + index])),
      mostRequests: 'long-polling',
    };
    expect(betToText(bet)).toBe('50_51_52_53_long-polling');
    expect(betFromText(betToText(bet))).toEqual(bet);
    expect(betFromText(betToText(firstBet()))).toEqual(firstBet());
  });

  it.each([
    '',
    '50_51_52_53',
    '50_51_52_53_nobody',
    '50_51_52_sse',
    '50_51_52_x_sse',
    '0_51_52_53_sse',
    '50_51_52_1e9_sse',
  ])('is not read from %j', (text) => expect(betFromText(text)).toBeNull());

  it('is about whole bursts, twenty messages at least, ten seconds at least, and what is kept at most', () => {
    expect(messagesOfBet({ messages: 2, everyMs: 1618 })).toBe(20);
    expect(messagesOfBet({ messages: 3, everyMs: 2000 })).toBe(21);
    expect(messagesOfBet({ messages: 1, everyMs: 50 })).toBe(200);
    expect(messagesOfBet({ messages: 20, everyMs: 20 })).toBe(300);
  });
});

function measured(meanMs: number): Measured {
  return { latenciesMs: [meanMs], meanMs, spreadMs: [meanMs, meanMs], events: 10, interval: [meanMs - 1, meanMs + 1] };
}

function truth(
  lane: string,
  saidMs: number,
  meanMs: number | null,
  predictedMs: number | null,
  latenciesMs: number[] = [],
): LaneTruth {
  return {
    lane,
    saidMs,
    measured: meanMs === null ? null : measured(meanMs),
    predictedMs,
    prediction: { latenciesMs, meanMs: predictedMs, phases: null, requestsPerSecond: 1, bytesPerSecond: null },
  };
}

describe('the truth', () => {
  it.each([
    [
      truth('long-polling', 55, 91, 90, [50, 130]),
      'Long polling: you said 55 ms, it was 91 ms: every pair pays the gap.',
    ],
    [truth('long-polling', 55, 191, 90, [50, 130]), /: the formula says 90 ms, so something was going on/],
    [truth('long-polling', 500, 53, 53, [53]), /it was 53 ms: a question was waiting there each time/],
    [truth('sse', 55, 53, 53, [53]), /^Server-Sent Events: you said 55 ms, and it was 53 ms\. Well said:/],
    [truth('short-polling', 55, 560, null), /it was 560 ms: a message sleeps until the next question/],
    [truth('websocket', 55, null, 53), 'WebSocket: you said 55 ms, and nothing has come at all.'],
  ])('is a sentence made of what happened: %#', (one, sentence) => expect(laneSentence(one)).toMatch(sentence));

  it('names the slowest, and who makes most requests', () => {
    const truths = [truth('short-polling', 500, 560, 553), truth('websocket', 50, 56, 53)];
    expect(slowestSentence(truths)).toBe(
      'Slowest on average: short polling, as you said, 10 times as slow as WebSocket.',
    );
    const requests = new Map([
      ['short-polling', 16],
      ['long-polling', 20],
      ['sse', 0],
    ]);
    expect(requestsSentence('short-polling', requests)).toBe(
      'Most requests: you said short polling, it was long polling: 20; short polling 16 and Server-Sent Events 0.',
    );
    expect(requestsSentence('long-polling', requests)).toMatch(/^Most requests: long polling, as you said, 20;/);
  });
});
