import { describe, expect, it } from 'vitest';
import {
  type Choice,
  choiceHash,
  isAllowed,
  isPlannable,
  parseChoice,
  USUAL_PLANNED,
  USUAL_SITUATION,
} from './choice.ts';

const CHOICE: Choice = {
  run: '2026-03-01t120000z',
  to: '2026-02-01t080000z',
  at: 'diff',
  hidden: ['sse', 'bare-ws'],
  linear: true,
  situation: { ...USUAL_SITUATION, messagesPerSecond: 0.05, pollIntervalMs: 30_000, sendsPerSecond: 2 },
  planned: { ...USUAL_PLANNED, users: 5_000_000, headBytes: 800, nodeMonth: 12.5, gigabyte: 0 },
};

describe('what a reader has chosen', () => {
  it('comes back from the address that it was written to', () => {
    expect(parseChoice(choiceHash(CHOICE))).toEqual(CHOICE);
  });

  it('leaves out of the address what is as usual', () => {
    const usual = parseChoice('');
    expect(choiceHash(usual)).toBe('#');
    expect(choiceHash({ ...usual, run: 'one', to: 'other' })).toBe('#run=one&to=other');
  });

  it('is as usual where the address says nothing, or nonsense', () => {
    const { situation } = parseChoice('#rate=-1&clients=many&late=Infinity&rtt=0&sends=&poll=0');
    expect(situation).toEqual({ ...USUAL_SITUATION, roundTripMs: 0 });
    expect(parseChoice('#users=0&hold=61&heads=&text=1.5&node-price=-1').planned).toEqual(USUAL_PLANNED);
    expect(parseChoice('#%%%=&&')).toMatchObject({ run: null, to: null, at: null, hidden: [], linear: false });
  });
});

describe('a situation', () => {
  it('may be without a round trip, and without clients that send, but not without messages', () => {
    expect(isAllowed('roundTripMs', 0)).toBe(true);
    expect(isAllowed('sendsPerSecond', 0)).toBe(true);
    expect(isAllowed('messagesPerSecond', 0)).toBe(false);
    expect(isAllowed('clients', Number.NaN)).toBe(false);
  });
});

describe('a plan', () => {
  it('has whole numbers within bounds, and any price', () => {
    expect([isPlannable('users', 1e8), isPlannable('users', 1e8 + 1), isPlannable('holdSeconds', 1.5)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([isPlannable('nodeMonth', 0.5), isPlannable('gigabyte', -1)]).toEqual([true, false]);
  });
});
