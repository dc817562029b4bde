// A server that may have lost what it gave its word for: what was not read back is sent again, under the same id.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Receipt } from '../../server/protocol/messages.ts';
import { sampleJoined, sampleMessage, sampleReceipt } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';

let fixture: SessionFixture;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  fixture = createSessionFixture({ joined: sampleJoined() });
  fixture.session.connect();
  fixture.stream.link.listener.opened('e-a.0');
  fixture.stream.link.listener.alive(3_600_000);
});
afterEach(() => {
  fixture.session.close();
  vi.useRealTimers();
});

const listener = () => fixture.stream.link.listener;
const sent = () => fixture.stream.link.publishes.map(({ draft }) => draft);
async function answer(index: number, receipt: Partial<Receipt> = {}): Promise<void> {
  const publish = fixture.stream.link.publishes[index];
  publish?.resolve({ ...sampleReceipt(publish.draft.id, index + 1), ...receipt });
  await vi.advanceTimersByTimeAsync(0);
}
function readBack(index: number): void {
  const draft = sent()[index];
  listener().received([{ ...sampleMessage(index + 1, draft?.text), id: draft?.id ?? '' }]);
}

describe('a session', () => {
  test('sends again after `rolled-back` what has a receipt and was never read back, and nothing else', async () => {
    for (const text of ['read', 'receipted', 'under way']) fixture.session.send(text);
    await answer(0);
    await answer(1);
    readBack(0);
    listener().reset({ reason: 'rolled-back', cursor: 'e-b.0' });
    expect(sent().slice(3)).toEqual([sent()[1]]);
    await answer(3, { duplicate: true });
    // Its receipt is from before the reset, whenever it comes.
    await answer(2);
    expect(sent().slice(4)).toEqual([sent()[2]]);
    await answer(4);
    expect(fixture.session.outbox).toEqual([]);
    expect(sent()).toHaveLength(5);
  });

  test('does so too where its position has only a newer name: what was beyond it may be lost', async () => {
    fixture.session.send('receipted');
    await answer(0);
    listener().renamed?.('e-b.0');
    expect(fixture.session.cursor).toBe('e-b.0');
    expect(fixture.lines).toEqual([]);
    expect(sent()).toEqual([sent()[0], sent()[0]]);
    await answer(1, { duplicate: true });
    readBack(0);
    fixture.session.switchTo('poll');
    expect(fixture.poll.link.options.cursor).toBe('e-b.1');
    fixture.poll.link.listener.opened('e-c.1');
    expect(fixture.poll.link.publishes).toEqual([]);
    expect(fixture.session.cursor).toBe('e-c.1');
  });

  test('sends nothing again after other resets', async () => {
    fixture.session.send('receipted');
    await answer(0);
    for (const reason of ['trimmed', 'ahead', 'epoch-changed'] as const) listener().reset({ reason, cursor: 'e-a.9' });
    expect(sent()).toHaveLength(1);
  });

  test('takes a message that is read before its receipt for read back', async () => {
    fixture.session.send('quick');
    readBack(0);
    await answer(0);
    listener().reset({ reason: 'rolled-back', cursor: 'e-b.0' });
    expect(sent()).toHaveLength(1);
  });
});
