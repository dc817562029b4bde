// What a lane says of itself: what is going on now, in plain words, made from its record.
import { formatElapsed } from '../../format.ts';
import { arrivalsOf } from '../arrivals.ts';
import type { RaceSettings } from '../race-settings.ts';
import type { ExchangeMark, FrameMark, LaneRecord, RaceRecord } from '../record.ts';

/** `text` is what it is doing; `strong` what one should not miss, where there is such a thing. */
export interface LaneSentence {
  readonly text: string;
  readonly strong: string | null;
}

/** How long something that lasts but a moment is told, in ms. */
const TOLD_MS = 1500;
/** An answer that is on its way for longer than this does not just take its time, in ms. */
const LOST_MS = 1500;
/** Who tries again only after so long, in ms, says why. */
const LONG_WAIT_MS = 2000;
/** Nothing heard for longer than this is worth a word, in ms. */
const QUIET_MS = 4000;

/** Of a browser's six connections for what is held, other tabs have all, or all but one that another lane has. */
const HELD_BY_OTHERS = 5;

const NO_CONNECTION_FREE = 'Waits for a free connection: the browser’s six to this address are taken.';

const say = (text: string, strong: string | null = null): LaneSentence => ({ text, strong });

export function laneSentence(record: RaceRecord, lane: LaneRecord, settings: RaceSettings, now: number): LaneSentence {
  if (lane.state === 'closed') return say('Not connected.');
  if (lane.state === 'connecting' && waitsInTheBrowser(record, lane)) return say(NO_CONNECTION_FREE);
  if (lane.state === 'connecting')
    return say(lane.reconnects > 0 || lane.delivered > 0 ? 'Connects again.' : 'Connects.');
  if (lane.state === 'waiting') {
    const missed = record.head - (lane.position ?? record.head);
    const waitMs = lane.retryAt === null ? null : lane.retryAt - now;
    const next = waitMs === null ? 'soon' : `in ${seconds(waitMs)}`;
    const why = waitMs !== null && waitMs > LONG_WAIT_MS ? '; with each failure it waits longer' : '';
    return say(
      `The connection broke. Tries again ${next}${why}.`,
      missed > 0 ? `${missed} waiting in the room.` : null,
    );
  }
  if (lane.name === 'short-polling') return shortPolling(record, lane, settings, now);
  if (lane.name === 'long-polling') return longPolling(record, lane, settings, now);
  const quiet = quietStream(lane, settings, now);
  if (quiet !== null) return say(quiet);
  if (lane.name === 'websocket') return webSocket(record, lane, now);
  if (lane.name === 'sse') return eventStream(record, lane, now);
  return say('Open.');
}

/** Where other tabs hold streams, and one that was asked for has not even reached the server. */
function waitsInTheBrowser({ extraStreams }: RaceRecord, { name }: LaneRecord): boolean {
  return (name === 'sse' || name === 'long-polling') && extraStreams.open >= HELD_BY_OTHERS;
}

function shortPolling(record: RaceRecord, lane: LaneRecord, settings: RaceSettings, now: number): LaneSentence {
  const poll = lastPoll(record, lane);
  const waiting = waitingWords(record, lane);
  if (poll !== undefined && poll.doneAt === null) {
    const late = now - poll.at - settings.roundTripMs > LOST_MS;
    if (!late) return say('Asks: is there anything?', waiting);
    return say(`No answer for ${formatElapsed(now - poll.at)}.${orGivesUp(lane, now)}`, waiting);
  }
  const nextIn = (poll?.at ?? now) + settings.pollIntervalMs - now;
  const asleep = `Asleep; asks again in ${seconds(nextIn)}.`;
  return say(`${asleep} Asked ${times(lane.polls)}, ${times(lane.emptyPolls)} for nothing.`, waiting);
}

function longPolling(record: RaceRecord, lane: LaneRecord, settings: RaceSettings, now: number): LaneSentence {
  const poll = lastPoll(record, lane);
  const late = lane.deliveries.findLast(
    ({ latencyMs, arrivedAt }) => now - arrivedAt < TOLD_MS && (latencyMs ?? 0) > settings.roundTripMs,
  );
  const strong =
    late === undefined || late.caughtUp || settings.roundTripMs === 0
      ? waitingWords(record, lane)
      : `Message ${late.seq} came while nobody asked.`;
  const used = lane.last;
  if (used !== null && now - used.arrivedAt < TOLD_MS) {
    return say(`Message ${used.seq} used my question up; until I have asked again nobody hears me.`, strong);
  }
  const since = poll?.reachedAt ?? poll?.at;
  if (poll === undefined || since === undefined || poll.doneAt !== null) return say('Asks again.', strong);
  if (record.traced && poll.reachedAt === null && now - poll.at > LOST_MS) {
    return say(
      waitsInTheBrowser(record, lane)
        ? NO_CONNECTION_FREE
        : `My question has not reached the server.${orGivesUp(lane, now)}`,
      strong,
    );
  }
  if (poll.answeredAt !== null && now - poll.answeredAt > LOST_MS)
    return say(`An answer was sent, and is not here.${orGivesUp(lane, now)}`, strong);
  const held = `${Math.max(0, Math.floor((now - since) / 1000))} s of ${settings.waitSeconds}`;
  return say(record.traced ? `The server holds my question: ${held}.` : `My question is out: ${held}.`, strong);
}

function eventStream(record: RaceRecord, lane: LaneRecord, now: number): LaneSentence {
  const sent = record.marks.findLast(
    (mark) => mark.lane === lane.name && mark.kind === 'exchange' && mark.purpose === 'publish',
  );
  if (sent !== undefined && now - sent.at < TOLD_MS) return say('Open. To send I needed a request of my own.');
  return say('Open; the server speaks whenever it likes.', waitingWords(record, lane));
}

function webSocket(record: RaceRecord, lane: LaneRecord, now: number): LaneSentence {
  const frame = record.marks.findLast(
    (mark): mark is FrameMark => mark.lane === lane.name && mark.kind === 'frame' && mark.what !== 'ping',
  );
  if (frame === undefined || frame.headerBytes === 0 || now - frame.at > TOLD_MS) {
    return say('Open, both ways.', waitingWords(record, lane));
  }
  const what = frame.seq === null ? `${frame.what} frame` : `message ${frame.seq}`;
  return say(`Open, both ways; ${what} cost ${frame.headerBytes} bytes of framing.`, waitingWords(record, lane));
}

/** A stream of which nothing is heard may be quiet or dead: only the next sign of life tells. */
function quietStream(lane: LaneRecord, settings: RaceSettings, now: number): string | null {
  const { heardAt, heartbeatMs } = lane;
  if (heardAt === null || now - heardAt < QUIET_MS) return null;
  const quiet = `Nothing heard for ${formatElapsed(now - heardAt)}. Quiet, or dead?`;
  const dueIn = heardAt + (heartbeatMs ?? settings.heartbeatSeconds * 1000) - now;
  if (dueIn > 0) return `${quiet} The next sign of life is due in ${seconds(dueIn)}.`;
  return `${quiet} A sign of life is overdue.${orGivesUp(lane, now)}`;
}

function orGivesUp({ lostAt }: LaneRecord, now: number): string {
  return lostAt === null ? '' : ` Gives the connection up in ${seconds(lostAt - now)}.`;
}

/** Of messages that are in the room, and not here: only those that another lane has already, where nothing is late. */
function waitingWords(record: RaceRecord, lane: LaneRecord): string | null {
  const position = lane.position ?? record.head;
  const waiting = record.head - position;
  if (waiting <= 0 || arrivalsOf(record, position + 1).length === 0) return null;
  return waiting === 1 ? `Message ${record.head} is already waiting.` : `${waiting} messages are already waiting.`;
}

function lastPoll(record: RaceRecord, lane: LaneRecord): ExchangeMark | undefined {
  return record.marks.findLast(
    (mark): mark is ExchangeMark => mark.kind === 'exchange' && mark.purpose === 'poll' && mark.lane === lane.name,
  );
}

function times(count: number): string {
  if (count === 0) return 'never';
  return count === 1 ? 'once' : `${count} times`;
}

function seconds(ms: number): string {
  return `${Math.max(0, ms / 1000).toFixed(1)} s`;
}
