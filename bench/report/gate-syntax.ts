// The small language of `--fail-on`: from a text to a gate, or to an error that says where it is wrong and what would be
// right.
//
//   gate      = subject, operator, limit ;
//   subject   = lane, ".", scenario, [ "[", case, "]" ], ".", figure ;
//   lane      = "any" | "http" | transport | control ;
//   operator  = ">" | ">=" | "<" | "<=" ;
//   limit     = number, [ unit ] | [ number, "x" ], reference ;
//   unit      = "us" | "µs" | "ms" | "s" | "B" | "kB" | "MB" | "%" ;
//   reference = "baseline" | "predicted" | "closed-form" | lane ;
//   number    = digit, { digit }, [ ".", digit, { digit } ] ;
//
// Spaces may stand between any two of these; a case is all that stands between its brackets.
import { FIGURE_NAMES, type FigureName, figureSpec } from '../run/figures.ts';
import type { FigureUnit } from '../run/format.ts';
import { labelled } from './table.ts';

export type Operator = '>' | '>=' | '<' | '<=';

/** In the figure's own unit, or as a multiple of something that was measured or predicted. */
export type Limit =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'baseline' | 'predicted' | 'closed-form'; readonly factor: number }
  | { readonly kind: 'lane'; readonly lane: string; readonly factor: number };

/** A condition under which a run fails. */
export interface Gate {
  /** As it was written. */
  readonly text: string;
  /** A transport, a control, `http`, or `any` for every transport. */
  readonly lane: string;
  readonly scenario: string;
  /** Null: every case that the scenario has. */
  readonly case: string | null;
  readonly figure: FigureName;
  readonly operator: Operator;
  readonly limit: Limit;
}

/** What names a gate may use. */
export interface GateNames {
  readonly transports: readonly string[];
  readonly controls: readonly string[];
  readonly scenarios: readonly string[];
}

/** A gate that can't be read. The message shows where, and lists what would be right. */
export class GateError extends Error {
  override readonly name = 'GateError';
  /** From 1 on. */
  readonly column: number;

  constructor(text: string, column: number, reason: string) {
    const what = labelled('', `--fail-on: column ${column}: ${reason}`);
    super([...what, `  ${text}`, `  ${' '.repeat(column - 1)}^`].join('\n'));
    this.column = column;
  }
}

export const ANY = 'any';
const REFERENCES = ['baseline', 'predicted', 'closed-form'] as const;
const OPERATORS = ['>=', '<=', '>', '<'] as const;

/** By what a unit's number is multiplied, for each unit that a figure may have. */
const UNITS: Readonly<Record<FigureUnit, ReadonlyMap<string, number>>> = {
  us: new Map([
    ['us', 1],
    ['µs', 1],
    ['ms', 1000],
    ['s', 1_000_000],
  ]),
  ms: new Map([
    ['us', 0.001],
    ['µs', 0.001],
    ['ms', 1],
    ['s', 1000],
  ]),
  B: new Map([
    ['B', 1],
    ['kB', 1000],
    ['MB', 1_000_000],
  ]),
  '1': new Map([
    ['', 1],
    ['%', 0.01],
  ]),
};

/** @returns the gate. @throws GateError where the text is none. */
export function readGate(text: string, names: GateNames): Gate {
  const reader = createReader(text);
  const lanes = [ANY, ...names.transports, 'http', ...names.controls];
  const lane = reader.name('a lane', lanes);
  reader.dot('between lane and scenario');
  const scenario = reader.name('a scenario', names.scenarios);
  const ofCase = reader.bracketed();
  reader.dot('before the figure');
  const figure = reader.name('a figure', FIGURE_NAMES);
  const operator = reader.operator();
  const limit = readLimit(reader, figure, lanes);
  reader.end();
  return { text: text.trim(), lane, scenario, case: ofCase, figure, operator, limit };
}

function readLimit(reader: GateReader, figure: FigureName, lanes: readonly string[]): Limit {
  const number = reader.number();
  if (number !== null && !reader.factorSign()) {
    const units = UNITS[figureSpec(figure).unit];
    const unit = reader.unit();
    // Nothing is nothing in every unit.
    const scale = number === 0 && unit.text === '' ? 1 : units.get(unit.text);
    if (scale !== undefined) return { kind: 'value', value: number * scale };
    const right = [...units.keys()].map((one) => (one === '' ? 'none' : one)).join(', ');
    throw reader.error(unit.at, `${figure} has the units ${right}; '${unit.text}' is none of them`);
  }
  const references = [...REFERENCES, ...lanes.filter((one) => one !== ANY)];
  const factor = number ?? 1;
  const name = reader.name(number === null ? 'a number or a reference' : 'a reference', references);
  const kind = REFERENCES.find((one) => one === name);
  return kind === undefined ? { kind: 'lane', lane: name, factor } : { kind, factor };
}

interface GateReader {
  /** @param what it is to be, for the error. @param from what it may be. */
  name<Name extends string>(what: string, from: readonly Name[]): Name;
  /** @param where it has to stand, for the error. */
  dot(where: string): void;
  /** @returns what stands in brackets; null where none begin. */
  bracketed(): string | null;
  operator(): Operator;
  /** @returns null where none stands here. */
  number(): number | null;
  /** Takes an `x` that ends a factor, where one stands here. */
  factorSign(): boolean;
  unit(): { readonly text: string; readonly at: number };
  end(): void;
  error(at: number, reason: string): GateError;
}

function createReader(text: string): GateReader {
  let at = 0;
  const error = (place: number, reason: string) => new GateError(text, place + 1, reason);
  /** Takes what matches here, after spaces; null where nothing does. The pattern is sticky. */
  const take = (pattern: RegExp): string | null => {
    while (/\s/.test(text[at] ?? '')) at += 1;
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) return null;
    at += found.length;
    return found;
  };
  const here = () => (at < text.length ? `'${text.slice(at).split(/[\s.[\]<>]/, 1)[0] || text[at]}'` : 'the end');
  return {
    error,
    name: (what, from) => {
      take(/\s*/y);
      const start = at;
      // The longest first: `p99` begins `p99.9`.
      const found = from
        .toSorted((a, b) => b.length - a.length)
        .find((name) => startsWithWord(text.slice(start), name));
      if (found === undefined) throw error(start, `${here()} is not ${what}; there are: ${from.join(', ')}`);
      at += found.length;
      return found;
    },
    dot: (where) => {
      if (take(/\./y) === null) throw error(at, `${where} stands a '.', not ${here()}`);
    },
    bracketed: () => {
      if (take(/\[/y) === null) return null;
      const start = at;
      const found = take(/[^\]]*/y)?.trim() ?? '';
      if (take(/\]/y) === null) throw error(at, `the case that begins at column ${start + 1} needs a ']'`);
      if (found === '') throw error(start, 'the case is empty; leave out the brackets for all cases');
      return found;
    },
    operator: () => {
      const found = take(/[<>]=?/y);
      const operator = OPERATORS.find((one) => one === found);
      if (operator === undefined)
        throw error(at, `after the figure stands one of ${OPERATORS.join(' ')}, not ${here()}`);
      return operator;
    },
    number: () => {
      const found = take(/\d+(\.\d+)?/y);
      return found === null ? null : Number(found);
    },
    factorSign: () => take(/x(?![\w-])/y) !== null,
    unit: () => {
      take(/\s*/y);
      const start = at;
      return { text: take(/[^\s]+/y) ?? '', at: start };
    },
    end: () => {
      take(/\s*/y);
      if (at < text.length) throw error(at, `the gate ends before ${here()}`);
    },
  };
}

/** Whether the text begins with the name, and the name does not go on in the text. */
function startsWithWord(text: string, name: string): boolean {
  return text.startsWith(name) && !/^[\w-]/.test(text.slice(name.length));
}

/** For --help. */
export const GATE_HELP = `Gates: a run fails where the condition after --fail-on holds
  LANE.SCENARIO.FIGURE OPERATOR LIMIT, or LANE.SCENARIO[CASE].FIGURE OPERATOR LIMIT
    websocket.steady.p99 > 1.2x baseline               a fifth more than in the --baseline
    sse.rtt[100 ms].mean > 80ms                        in one case; without brackets in any of them
    long-polling.steady.requestsPerDelivery > 1.05x predicted
    websocket.fanout[1,000 clients].serverCpuUsPerDelivery > 1.1x bare-ws
    any.steady.missing > 0                             any: each transport
  LANE      a transport, a control (bare-ws, ...), http, or any
  FIGURE    ${wrapNames(FIGURE_NAMES, 84).join('\n            ')}
  OPERATOR  > >= < <=
  LIMIT     a number with its unit (us µs ms s; B kB MB; % or none), or a multiple (1.2x) of
            baseline, predicted, closed-form, or another lane of the same scenario and case
  The figure itself has to be beyond the limit, not its interval, which is shown. What can't be
  decided fails too: a lane or figure that was not measured, one that the bench itself spoiled (but
  for lost, repeated or reordered messages), a baseline of another workload, or times from another
  machine: there, gate on ofControl.
`;

function wrapNames(names: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const longer = `${lines.at(-1) ?? ''} ${name}`;
    if (lines.length > 0 && longer.length <= width) lines.splice(-1, 1, longer);
    else lines.push(name);
  }
  return lines;
}
