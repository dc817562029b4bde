import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createEndings } from './endings.ts';

test('each is counted, and the log says so once a minute at most', () => {
  const lines: unknown[] = [];
  let now = 0;
  const endings = createEndings({ warn: (line: unknown) => lines.push(line) }, () => now);
  for (let i = 0; i < 1000; i += 1) endings.end(new Socket(), 'unanswered');
  expect(lines).toEqual([{ connectionsEnded: { unanswered: 1, unread: 0, shed: 0 } }]);
  now = 60_000;
  const socket = new Socket();
  endings.end(socket, 'shed');
  endings.end(socket, 'shed');
  endings.count('unread');
  expect(socket.destroyed).toBe(true);
  expect(endings.counts).toEqual({ unanswered: 1000, unread: 1, shed: 1 });
  expect(lines.slice(1)).toEqual([{ connectionsEnded: { unanswered: 1000, unread: 0, shed: 1 } }]);
});
