// The caption: the one thing that is worth seeing at this moment, made from what really happened.
import { formatBytes, formatCountdown, formatLatency } from '../../format.ts';
import { type Arrival, arrivalsOf, newestBurst } from '../arrivals.ts';
import type { RaceSettings } from '../race-settings.ts';
import type { ExchangeMark, LaneRecord, OutageMark, RaceRecord } from '../record.ts';
import { asSentence, laneInWords, listed } from './lane-names.ts';

/** After what has happened has been told for so long, in ms, what silence costs is told. */
const TOLD_MS = 1600;
/** An outage that ended is told for so long, in ms. */
const RESUMED_MS = 2500;
/** As many messages in this time, in ms, are many. */
const MANY = 12;
const RECENT_MS = 2000;

export function captionAt(record: RaceRecord, settings: RaceSettings, time: number): string {
  const lanes = [...record.lanes.values()];
  return (
    connecting(record, lanes) ??
    trouble(record, lanes, time) ??
    ofMany(record, lanes, time) ??
    ofMessages(record, settings, time) ??
    ofSilence(record, settings, lanes) ??
    'All four are connected to one room. The next message goes to all of them at once.'
  );
}

function connecting(record: RaceRecord, lanes: readonly LaneRecord[]): string | null {
  const fresh = record.head === 0 && record.marks.every(({ kind }) => kind !== 'outage');
  if (!fresh || lanes.every(({ state }) => state === 'open')) return null;
  return 'Four clients connect to one room, each over its own transport.';
}

function trouble(record: RaceRecord, lanes: readonly LaneRecord[], time: number): string | null {
  const on = record.bands.filter(({ from, to }) => from <= time && (to === null || to > time)).map(({ what }) => what);
  const broken = lanes.filter(({ state }) => state === 'waiting' || state === 'connecting');
  if (on.includes('offline')) {
    const isAll = broken.length === 0 || broken.length === lanes.length;
    const who = isAll ? 'All four try' : `${asSentence(namesOf(broken))} ${verb(broken, 'tries', 'try')}`;
    return `No network. ${who} less and less often; once it is back, at once.`;
  }
  if (on.includes('silence')) {
    const next = nextToNotice(lanes, time);
    if (broken.length === 0) {
      return `Packets vanish, and nobody is told: all four still look connected.${next === null ? '' : ` ${next}`}`;
    }
    const noticed = `${asSentence(namesOf(broken))} ${verb(broken, 'has', 'have')} noticed that nothing comes through.`;
    return next === null ? noticed : `${noticed} ${next}`;
  }
  const fresh = broken.filter(({ name }) => !record.marks.some((mark) => mark.kind === 'outage' && mark.lane === name));
  if (fresh.length > 0) return `${asSentence(namesOf(fresh))} still ${verb(fresh, 'waits', 'wait')} for a connection.`;
  if (broken.length > 0) {
    return `${asSentence(namesOf(broken))} lost ${verb(broken, 'its connection', 'their connections')}. What is said meanwhile waits in the room.`;
  }
  const resumed = record.marks.findLast(
    (mark): mark is OutageMark =>
      mark.kind === 'outage' && mark.resumedAt !== null && time - mark.resumedAt < RESUMED_MS,
  );
  if (resumed === undefined) return null;
  const { caughtUp, lane, from } = resumed;
  const what =
    caughtUp === 0 ? 'had missed nothing' : `caught up with ${caughtUp} from cursor ${from ?? '?'}: nothing is lost`;
  return `${asSentence(laneInWords(lane))} is back, and ${what}.`;
}

/** Who is the next to give its connection up, and when, where nothing comes through. */
function nextToNotice(lanes: readonly LaneRecord[], time: number): string | null {
  const waiting = lanes.flatMap(({ name, lostAt }) => (lostAt === null ? [] : [{ name, lostAt }]));
  const [next] = waiting.sort((one, other) => one.lostAt - other.lostAt);
  if (next === undefined) return null;
  return `${asSentence(laneInWords(next.name))} will notice in ${formatCountdown(next.lostAt - time)}.`;
}

/** Where messages come one upon the other, what each one does is no news, but what all of them cost is. */
function ofMany(record: RaceRecord, lanes: readonly LaneRecord[], time: number): string | null {
  const recent = record.stored.filter(({ at }) => at > time - RECENT_MS && at <= time).length;
  if (recent < MANY) return null;
  const asked = (name: string) =>
    record.marks.filter(
      ({ lane, kind, at }) =>
        lane === name && (kind === 'exchange' || kind === 'socket') && at > time - RECENT_MS && at <= time,
    ).length;
  const requests = lanes.map(({ name }) => `${laneInWords(name)} ${asked(name)}`);
  return `${recent} messages in ${RECENT_MS / 1000} s. Requests for them: ${listed(requests)}.`;
}

function ofMessages(record: RaceRecord, settings: RaceSettings, time: number): string | null {
  const burst = newestBurst(record, time);
  const seq = burst?.seqs.at(-1);
  if (burst === null || seq === undefined) return null;
  const arrivals = arrivalsOf(record, seq, time);
  const lanes = [...record.lanes.keys()];
  const missing = lanes.filter((name) => !arrivals.some(({ lane }) => lane === name));
  const last = arrivals.at(-1);
  if (missing.length === lanes.length || last === undefined) {
    return burst.seqs.length === 1 ? `Message ${seq} is in the room.` : `${messages(burst.seqs)} are in the room.`;
  }
  if (missing.length > 0) {
    const have = NUMBER_WORDS[arrivals.length] ?? String(arrivals.length);
    const asleep = missing.length === 1 && missing[0] === 'short-polling';
    const rest = asleep
      ? 'Short polling is asleep.'
      : `${asSentence(listed(missing.map(laneInWords)))} ${missing.length === 1 ? 'does' : 'do'} not.`;
    return `${have} ${arrivals.length === 1 ? 'has' : 'have'} message ${seq}. ${rest}`;
  }
  if (time - last.arrivedAt > TOLD_MS) return null;
  return gapWords(arrivals, settings) ?? spread(seq, arrivals);
}

/** A message that came to long polling later than to a stream by half a round trip or more: nobody was asking. */
function gapWords(arrivals: readonly Arrival[], { roundTripMs }: RaceSettings): string | null {
  const polled = arrivals.find(({ lane }) => lane === 'long-polling');
  const streamed = arrivals.find(({ lane }) => lane === 'sse' || lane === 'websocket');
  if (polled?.latencyMs == null || streamed?.latencyMs == null || polled.caughtUp) return null;
  if (roundTripMs === 0 || polled.latencyMs - streamed.latencyMs < roundTripMs / 2) return null;
  const [late, soon] = [formatLatency(polled.latencyMs), formatLatency(streamed.latencyMs)];
  return `Message ${polled.seq} took ${late} to long polling, ${soon} to a stream: when it came, nobody was asking.`;
}

function spread(seq: number, arrivals: readonly Arrival[]): string {
  const [first, last] = [arrivals[0], arrivals.at(-1)];
  if (first?.latencyMs == null || last?.latencyMs == null) return `All four have message ${seq}.`;
  const [soon, late] = [formatLatency(first.latencyMs), formatLatency(last.latencyMs)];
  return `Message ${seq}: ${laneInWords(first.lane)} had it first, after ${soon}; ${laneInWords(last.lane)} last, after ${late}.`;
}

/** What polls that find nothing cost, by those of this race. */
function ofSilence(record: RaceRecord, settings: RaceSettings, lanes: readonly LaneRecord[]): string | null {
  const empty = record.marks.findLast(
    (mark): mark is ExchangeMark => mark.kind === 'exchange' && mark.lane === 'short-polling' && mark.status === 204,
  );
  const lane = lanes.find(({ name }) => name === 'short-polling');
  if (empty === undefined || lane === undefined || empty.bytesDown === 0) return null;
  const rate = ((empty.bytesUp + empty.bytesDown) * 1000) / settings.pollIntervalMs;
  return `Silence costs short polling ${formatBytes(Math.round(rate))} a second (${lane.emptyPolls} of ${lane.polls} questions for nothing); the others just wait.`;
}

const NUMBER_WORDS = ['None', 'One', 'Two', 'Three', 'Four'];

function messages(seqs: readonly number[]): string {
  const [first, last] = [seqs[0], seqs.at(-1)];
  return seqs.length === 2 ? `Messages ${first} and ${last}` : `Messages ${first} to ${last}`;
}

function verb(of: readonly unknown[], one: string, many: string): string {
  return of.length === 1 ? one : many;
}

function namesOf(lanes: readonly { readonly name: string }[]): string {
  return listed(lanes.map(({ name }) => laneInWords(name)));
}
