// What is under the pointer: the nearest mark, and of an arrival the answer that brought it.
import { describe, expect, it } from 'vitest';
import { startRace } from '../testing/told-race.ts';
import { clientRail, placesAt, type StageLane, type StageSize, serverRail } from './geometry.ts';
import { markAt } from './mark-at.ts';

const LANE: StageLane = { name: 'long-polling', top: 84, height: 100 };
const SIZE: StageSize = { width: 1000, height: 184, roomHeight: 84, lanes: [LANE], windowMs: 4000 };
const POLL = '/v1/long-polling?cursor=epoch.0&wait=30&client=race-long-polling';
const places = placesAt(SIZE, 3000);

/** An answer brings message 6 at 1,155; the next question, asked 2 ms later, is answered with nothing. */
function race() {
  const { record, request, trace, stored, delivered, state } = startRace();
  state('long-polling', 900, 'connected', 'epoch.5');
  const ask = (number: number, at: number) => {
    request('long-polling', at, number, { kind: 'request', method: 'GET', path: POLL });
    trace(at + 50, { type: 'request', exchange: number, method: 'GET', route: '', target: POLL, text: '', bytes: 1 });
  };
  const answer = (number: number, at: number, status: number, text: string) => {
    trace(at, { type: 'response', exchange: number, text, bytes: 1 });
    request('long-polling', at + 50, number, { kind: 'head', status });
    request('long-polling', at + 51, number, { kind: 'done', failed: false });
  };
  ask(1, 1000);
  stored(1100, 6);
  answer(1, 1105, 200, 'HTTP/1.1 200 OK\r\n\r\n{"messages":[{"seq":6}]}');
  delivered('long-polling', 1155, 6);
  ask(2, 1157);
  answer(2, 2207, 204, 'HTTP/1.1 204 No Content\r\n\r\n');
  return record;
}

function at(time: number, y: number) {
  const mark = markAt(race(), places, LANE, { x: places.x(time), y });
  return mark?.kind === 'exchange' ? mark.status : mark;
}

describe('a mark under the pointer', () => {
  it('of an arrival is the answer that brought it, not the question that follows at once', () => {
    expect(at(1155, clientRail(LANE))).toBe(200);
    expect(at(1165, clientRail(LANE) + 1)).toBe(200);
    // Its label hangs below.
    expect(at(1155, clientRail(LANE) + 13)).toBe(200);
  });

  it('elsewhere is the one that is drawn nearest: a question on its way, and the time it is held', () => {
    expect(at(1200, serverRail(LANE) + 5)).toBe(204);
    expect(at(1700, serverRail(LANE))).toBe(204);
    expect(at(1080, serverRail(LANE))).toBe(200);
  });

  it('is none where nothing is drawn', () => {
    expect(at(1700, clientRail(LANE) - 10)).toBeNull();
    expect(at(2700, serverRail(LANE))).toBeNull();
    expect(at(3100, clientRail(LANE))).toBeNull();
  });
});
