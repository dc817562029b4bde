// How both polling transports answer: a page of messages as 200, or 204 where there is nothing.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Query } from '../http/query.ts';
import type { Account } from '../metering/account.ts';
import type { Reset } from '../protocol/messages.ts';
import type { Batch } from '../room/batch.ts';
import type { PollResult, Room } from '../room/room.ts';
import type { StallWatch } from '../streams/stall-watch.ts';

const EMPTY_HEADERS = ['Cache-Control', 'no-store'];

/** Whether there is nothing to tell a poll: no message, no reset, and no newer name of its position. */
export function hasNothing(room: Room, { cursor }: Query, { batch, start }: PollResult): boolean {
  return batch === null && start.reset === null && cursor !== null && cursor.epoch === room.epoch;
}

export function answerEmpty(response: ServerResponse, more?: OutgoingHttpHeaders): void {
  if (more === undefined) response.writeHead(204, EMPTY_HEADERS);
  else response.writeHead(204, { 'Cache-Control': 'no-store', ...more });
  response.end();
}

export function answerPage(
  stalls: StallWatch,
  response: ServerResponse,
  account: Account,
  { start, batch, more }: PollResult,
): void {
  const body =
    batch !== null && !more && start.reset === null
      ? batch.encoded(encodePage)
      : Buffer.from(pageJson(batch, start.cursor, more, start.reset));
  response.writeHead(200, [
    'Content-Type',
    'application/json',
    'Content-Length',
    String(body.length),
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
  ]);
  response.end(body);
  if (response.socket !== null) stalls.answered(response.socket);
  if (batch !== null) account.add('delivered', batch.messages.length);
}

/** The page that many pollers get in one turn: a whole batch, and nothing after it. */
function encodePage(batch: Batch): Buffer {
  return Buffer.from(pageJson(batch, '', false, null));
}

function pageJson(batch: Batch | null, startCursor: string, more: boolean, reset: Reset | null): string {
  const cursor = batch === null ? startCursor : batch.cursorOf(batch.messages.length - 1);
  const resetPart = reset === null ? '' : `,"reset":${JSON.stringify(reset)}`;
  return `{"cursor":"${cursor}","messages":[${batch?.jsons.join(',') ?? ''}],"more":${more}${resetPart}}`;
}
