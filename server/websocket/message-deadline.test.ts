import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MessageDeadline } from './message-deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function started(ms = 1000) {
  let late = 0;
  const deadline = new MessageDeadline(ms, () => {
    late += 1;
  });
  return { deadline, late: () => late };
}

describe('the deadline of a message', () => {
  it('counts from its first byte, whatever comes meanwhile', () => {
    const { deadline, late } = started();
    for (let i = 0; i < 9; i += 1) {
      deadline.look(0, true);
      vi.advanceTimersByTime(110);
    }
    expect(late()).toBe(0);
    vi.advanceTimersByTime(10);
    expect(late()).toBe(1);
  });

  it('begins anew with the next one, though no read ends between two', () => {
    const { deadline, late } = started();
    for (let messages = 0; messages < 10; messages += 1) {
      deadline.look(messages, true);
      vi.advanceTimersByTime(900);
    }
    expect(late()).toBe(0);
    vi.advanceTimersByTime(100);
    expect(late()).toBe(1);
  });

  it.each([
    ['the message has ended', (deadline: MessageDeadline) => deadline.look(1, false)],
    ['the connection has', (deadline: MessageDeadline) => deadline.stop()],
  ])('is none when %s', (_what, end) => {
    const { deadline, late } = started();
    deadline.look(0, true);
    end(deadline);
    vi.advanceTimersByTime(10_000);
    expect([late(), vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('is none where it is 0', () => {
    const { deadline } = started(0);
    deadline.look(0, true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
