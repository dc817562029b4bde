// Bet, then truth: the visitor says how long messages will take, some come, and both stand on one ruler with the formula.
import { transports } from '../../../transports/index.ts';
import { fromTemplate, within } from '../../dom.ts';
import { formatCount, formatElapsed, formatInterval } from '../../format.ts';
import { createComparison, type RaceComparison } from '../charts/comparison.ts';
import { measure } from '../charts/measured.ts';
import { burstMs } from '../charts/predictions.ts';
import { why } from '../charts/why.ts';
import type { MakeRacePart } from '../race-part.ts';
import { DEFAULT_SETTINGS, type RaceSettings } from '../race-settings.ts';
import type { RaceRecord } from '../record.ts';
import { type Bet, betFromText, betToText, firstBet, messagesOfBet } from './bet.ts';
import { createBetRow } from './bet-row.ts';
import { RULER_MARKS } from './ruler.ts';
import { type LaneTruth, laneSentence, requestsSentence, slowestSentence } from './truth.ts';

const PARAMETER = 'bet';
/** Whoever has not got all by so long after the others' last is not waited for, in ms. */
const PATIENCE_MS = 15_000;

/** What has come is looked at so often, in ms. */
const EVERY_MS = 500;

/** A bet that is on. */
interface Running {
  readonly record: RaceRecord;
  readonly bet: Bet;
  readonly count: number;
  /** The seq before the first message that counts, and the requests made until then. */
  readonly after: number;
  readonly requests: ReadonlyMap<string, number>;
  completeAt: number | null;
}

export const makeBet: MakeRacePart = (mount, host) => {
  const element = fromTemplate('race-bet-template', HTMLElement);
  const part = <T extends HTMLElement>(name: string, type: new () => T) => within(element, `.bet-${name}`, type);
  const question = part('question', HTMLElement);
  const button = part('place', HTMLButtonElement);
  const status = part('status', HTMLElement);
  const verdicts = part('verdicts', HTMLElement);
  const most = part('most', HTMLSelectElement);
  const sent = betFromText(host.address(PARAMETER) ?? '');
  const first = sent ?? firstBet();
  const rows = transports.map((transport) => createBetRow(transport, first.meansMs.get(transport.name) ?? 0));
  part('rows', HTMLElement).append(createMarks(), ...rows.map((row) => row.element));
  for (const { name, label } of transports) most.add(new Option(label, name, false, name === first.mostRequests));
  mount.append(element);
  if (sent !== null) status.textContent = 'The address brought this bet along. Change it, or place it as it is.';

  const compare = createComparison();
  let running: Running | null = null;
  let settingsNow: RaceSettings = DEFAULT_SETTINGS;
  let recordNow: RaceRecord | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;

  function place(): void {
    if (recordNow === null) return;
    // Nobody talks: the bot says what the first story's says.
    if (settingsNow.messages === 0) {
      const { messages, gapMs, everyMs } = DEFAULT_SETTINGS;
      host.set({ messages, gapMs, everyMs });
      settingsNow = { ...settingsNow, messages, gapMs, everyMs };
    }
    const bet: Bet = { meansMs: new Map(rows.map((row) => [row.name, row.valueMs])), mostRequests: most.value };
    host.setAddress(PARAMETER, betToText(bet));
    running = {
      record: recordNow,
      bet,
      count: messagesOfBet(settingsNow),
      after: recordNow.head,
      requests: requestsOf(recordNow),
      completeAt: null,
    };
    for (const row of rows) row.bet();
    verdicts.replaceChildren();
    show('running');
  }

  function show(state: 'open' | 'running' | 'told'): void {
    element.dataset['bet'] = state;
    button.disabled = state === 'running';
    button.textContent = state === 'told' ? 'Bet again' : 'Place the bet';
    most.disabled = state !== 'open';
    for (const row of rows) row.setOpen(state === 'open');
  }

  button.addEventListener('click', () => {
    if (element.dataset['bet'] === 'open') return place();
    verdicts.replaceChildren();
    status.textContent = '';
    show('open');
    rows[0]?.focus();
  });

  function follow(bet: Running, race: RaceComparison, now: number): void {
    const last = bet.after + bet.count;
    const came = Math.min(bet.count, Math.max(0, bet.record.head - bet.after));
    if (came < bet.count)
      return void setStatus(`${formatCount(came)} of ${formatCount(bet.count)} messages have been sent.`);
    bet.completeAt ??= now;
    const late = [...bet.record.lanes.values()].filter(({ position }) => (position ?? 0) < last);
    if (late.length > 0 && now - bet.completeAt < PATIENCE_MS)
      return void setStatus('All are sent; not all have arrived everywhere.');
    tell(bet, race);
  }

  function tell(bet: Running, { lanes, conditions }: RaceComparison): void {
    const truths: LaneTruth[] = lanes.map(({ lane, prediction, predictedMs }) => ({
      lane: lane.name,
      saidMs: bet.bet.meansMs.get(lane.name) ?? 0,
      measured: measure(
        lane.deliveries.filter(({ seq }) => seq > bet.after && seq <= bet.after + bet.count),
        0,
        burstMs(settingsNow),
      ),
      predictedMs,
      prediction,
    }));
    for (const row of rows) {
      const truth = truths.find(({ lane }) => lane === row.name);
      if (truth === undefined) continue;
      row.tell(truth, laneSentence(truth), why(truth.lane, settingsNow, conditions, truth.prediction));
    }
    const requests = new Map(
      [...requestsOf(bet.record)].map(([name, count]) => [name, count - (bet.requests.get(name) ?? 0)]),
    );
    verdicts.replaceChildren(
      paragraph(slowestSentence(truths)),
      paragraph(requestsSentence(bet.bet.mostRequests, requests)),
    );
    status.textContent = `That was the truth of ${formatCount(bet.count)} messages.`;
    running = null;
    show('told');
  }

  function setStatus(text: string): void {
    if (status.textContent !== text) status.textContent = text;
  }

  show('open');
  return {
    update(record, settings) {
      recordNow = record;
      settingsNow = settings;
      const now = performance.now();
      if (now - lookedAt < EVERY_MS) return;
      lookedAt = now;
      element.hidden = !host.steerable;
      const asked = settings.messages > 0 ? settings : DEFAULT_SETTINGS;
      const count = messagesOfBet(asked);
      const lasts = formatElapsed((count / asked.messages) * asked.everyMs);
      const words = `${formatCount(count)} messages are coming within ${lasts}, over a round trip of ${formatInterval(settings.roundTripMs)}. How long will one take on average, over each transport? Drag the four chips.`;
      if (running === null && question.textContent !== words) question.textContent = words;
      const race = compare(record, settings);
      if (running === null) return;
      if (running.record !== record) {
        running = null;
        show('open');
        setStatus('The race has begun anew meanwhile: place your bet again.');
        return;
      }
      follow(running, race, now);
    },
  };
};

function requestsOf({ lanes }: RaceRecord): ReadonlyMap<string, number> {
  return new Map([...lanes.values()].map(({ name, requests }) => [name, requests]));
}

function createMarks(): HTMLElement {
  const marks = fromTemplate('bet-marks-template', HTMLElement);
  within(marks, '.bet-track', HTMLElement).append(
    ...RULER_MARKS.map((ms) => {
      const mark = document.createElement('span');
      mark.textContent = formatInterval(ms);
      return mark;
    }),
  );
  return marks;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}
