// Which changes of a session's status the message log tells of.
import { describe, expect, it } from 'vitest';
import type { SessionStatus } from '../session/session-types.ts';
import { createConnectionLines } from './connection-lines.ts';

const closed: SessionStatus = { state: 'closed', transport: 'sse', attempt: 0 };
const connecting: SessionStatus = { state: 'connecting', transport: 'sse', attempt: 0 };
const connected: SessionStatus = { state: 'connected', transport: 'sse', attempt: 0 };

function waiting(attempt: number, retryAt: number): SessionStatus {
  return { state: 'waiting', transport: 'sse', attempt, retryAt, lastEnd: { reason: 'lost', detail: 'no answer.' } };
}

function lines(...statuses: SessionStatus[]) {
  const next = createConnectionLines(
    (name) => name.toUpperCase(),
    (moment) => `t${moment}`,
  );
  return statuses.map(next).filter((line) => line !== null);
}

describe('connection lines', () => {
  it('says when and over what a connection was made, once', () => {
    expect(lines(connecting, connected, connected)).toEqual([
      { kind: 'connected', text: 'Connected over SSE', replaces: false },
    ]);
  });

  it('says so again for another transport, even without a moment between', () => {
    const texts = lines(connected, { ...connected, transport: 'websocket' }).map((line) => line.text);
    expect(texts).toEqual(['Connected over SSE', 'Connected over WEBSOCKET']);
  });

  it('says so again where the same transport had to connect anew', () => {
    expect(lines(connected, connecting, connected)).toHaveLength(2);
  });

  it('says that a connection was closed, but not at the start', () => {
    expect(lines(closed, connecting, connected, closed, closed).map((line) => line.kind)).toEqual([
      'connected',
      'closed',
    ]);
  });

  it('says why a connection was lost and when the next attempt comes', () => {
    expect(lines(connected, waiting(0, 500)).at(-1)).toEqual({
      kind: 'waiting',
      text: 'Connection lost: no answer. Reconnecting at t500',
      replaces: false,
    });
  });

  it('tells of failed attempts in a line of their own, which is rewritten', () => {
    const told = lines(connected, waiting(0, 500), connecting, waiting(1, 700), connecting, waiting(2, 900));
    expect(told.slice(2)).toEqual([
      { kind: 'waiting', text: 'Could not connect: no answer. Reconnecting at t700', replaces: false },
      { kind: 'waiting', text: 'Could not connect, 2 times now: no answer. Reconnecting at t900', replaces: true },
    ]);
  });

  it('does not call lost what was connected over another transport only', () => {
    const other = { ...waiting(1, 500), transport: 'websocket' };
    expect(lines(connected, { ...connecting, transport: 'websocket' }, other).at(-1)?.text).toMatch(
      /^Could not connect:/,
    );
  });

  it('does not call a change of name an accident', () => {
    const lastEnd = { reason: 'lost', cause: 'renamed', detail: 'another identity takes another connection' } as const;
    const between = { ...waiting(0, 500), lastEnd };
    expect(lines(connected, between, { ...connecting, lastEnd }, { ...connected, lastEnd }).slice(1)).toEqual([
      { kind: 'connected', text: 'Connected over SSE anew, under your new name', replaces: false },
    ]);
  });

  it('says nothing of what has been said', () => {
    expect(lines(connected, waiting(1, 500), waiting(1, 500))).toHaveLength(2);
  });

  it('does not call lost what never was', () => {
    expect(lines(connecting, waiting(1, 500))).toEqual([
      { kind: 'waiting', text: 'Could not connect: no answer. Reconnecting at t500', replaces: false },
    ]);
  });
});
