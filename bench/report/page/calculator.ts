// The reader's own situation: what each transport would do there, which one to take, and where that lies on the map.
import { compact, duration } from '../../run/format.ts';
import { nameOf } from '../../run/names.ts';
import type { Bounded } from '../decision/bounded.ts';
import type { RunCosts, Situation } from '../decision/costs.ts';
import { decide, type Option } from '../decision/decide.ts';
import { decisionMap, mapFinding } from '../decision/decision-map.ts';
import { knownText, shareText } from '../decision/plan-words.ts';
import type { Table } from '../table.ts';
import type { DecisionView, MapView, RunView } from '../views.ts';
import { isAllowed } from './choice.ts';
import { type Field, readFields, writeFields } from './fields.ts';
import { addTable, type Gallery } from './gallery.ts';
import { find, swatchOf, withText } from './page-dom.ts';

const FIELDS: readonly Field<keyof Situation>[] = [
  { key: 'messagesPerSecond', input: '#rate', unit: '#rate-unit', perUnit: true },
  { key: 'clients', input: '#clients' },
  { key: 'roundTripMs', input: '#round-trip' },
  { key: 'bearableMs', input: '#bearable', unit: '#bearable-unit' },
  { key: 'pollIntervalMs', input: '#poll-interval', unit: '#poll-unit', optional: true },
  { key: 'sendsPerSecond', input: '#sends' },
];

/** @returns shows another run's costs, or another situation. */
export interface Calculator {
  show(run: RunView, situation: Situation): void;
}

/** @param changed is told of each situation that the reader describes. */
export function createCalculator(gallery: Gallery, changed: (situation: Situation) => void): Calculator {
  let decision: DecisionView | null = null;
  const show = (situation: Situation) => {
    if (decision === null) return;
    showAnswer(decision.costs, situation);
    gallery.clear();
    const map = find('#map');
    map.replaceChildren();
    gallery.add(mapOf(decision.costs, situation), map);
    gallery.draw({ hidden: new Set(), linear: false });
  };
  const form = find<HTMLFormElement>('#calculator');
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    const situation = readFields(FIELDS, isAllowed) as Situation | null;
    if (situation === null) {
      find('#answer').textContent = 'Give a number above 0 in each field; only the poll interval may be left empty.';
      return;
    }
    show(situation);
    changed(situation);
  });
  return {
    show: (run, situation) => {
      decision = run.decision;
      find<HTMLElement>('#decided').hidden = decision === null;
      find<HTMLElement>('#undecided').hidden = decision !== null;
      // While one types, the field keeps what was typed.
      if (!form.contains(document.activeElement)) writeFields(FIELDS, situation);
      if (decision === null) return;
      const typical = find('#typical');
      typical.replaceChildren();
      addTable(decision.table, 'What to take in typical situations', typical);
      find('#decision-notes').replaceChildren(...decision.notes.map((note) => withText('p', note)));
      show(situation);
    },
  };
}

function showAnswer(costs: RunCosts, situation: Situation): void {
  const options = decide(costs, situation);
  const taken = options.find(({ verdict }) => verdict === 'take');
  find('#answer').textContent =
    taken === undefined
      ? noAnswer(options)
      : `Take ${nameOf(taken.transport)}: ${taken.reason.replace(/^take it: /, '')}.`;
  const place = find('#options');
  place.replaceChildren();
  const table = addTable(optionsTable(options), 'Each transport in your situation, as predicted', place);
  for (const [index, row] of [...(table.tBodies[0]?.rows ?? [])].entries()) {
    const option = options[index];
    if (option === undefined) continue;
    row.dataset['verdict'] = option.verdict;
    row.cells[0]?.prepend(swatchOf(option.colour));
  }
}

function noAnswer(options: readonly Option[]): string {
  const [unknown] = options.filter(({ verdict }) => verdict === 'not-known');
  if (unknown !== undefined) return `${nameOf(unknown.transport)}: ${unknown.reason}.`;
  return `None: 95 % of the messages need at least ${duration(Math.min(...options.map(({ p95Ms }) => p95Ms.low)))}.`;
}

function optionsTable(options: readonly Option[]): Table {
  return {
    header: ['transport', 'verdict', '95 % within', 'requests/s', 'kB/s', 'server CPU, % of a core', 'memory'],
    rows: options.map((option) => [
      option.pollIntervalMs === null
        ? nameOf(option.transport)
        : `${nameOf(option.transport)}, every ${duration(option.pollIntervalMs)}`,
      option.reason,
      within(option.p95Ms),
      compact(option.requestsPerSecond),
      knownText(option.bytesPerSecond, (bytes) => compact(bytes / 1000)),
      shareText(option.cpuShare),
      knownText(option.memoryBytes, ({ value }) => `${compact(value / 1e6)} MB`),
    ]),
  };
}

function within({ value, low, high }: Bounded): string {
  return low === high ? duration(value) : `${duration(low)} to ${duration(high)}`;
}

function mapOf(costs: RunCosts, situation: Situation): MapView {
  const { clients, roundTripMs, messagesPerSecond, bearableMs } = situation;
  const map = decisionMap(costs, situation);
  const title = mapFinding(map, situation);
  return {
    ...map,
    id: 'your-decision',
    places: [{ x: messagesPerSecond, y: bearableMs, label: 'you' }],
    title,
    conditions: `${clients.toLocaleString('en-GB')} clients, ${roundTripMs} ms of round trip; short polling as rarely as the latency allows`,
    source: '',
    alt: `Which transport to take, by message rate and bearable latency. ${title}. From the least bearable latency up: ${map.areas.map(({ name }) => name).join('; ')}.`,
  };
}
