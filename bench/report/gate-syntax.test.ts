import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIGURE_NAMES, type FigureName, figureSpec } from '../run/figures.ts';
import { GATE_HELP, type Gate, GateError, type Limit, type Operator, readGate } from './gate-syntax.ts';

const names = {
  transports: ['short-polling', 'long-polling', 'sse', 'websocket'],
  controls: ['bare-ws', 'tcp-echo'],
  scenarios: ['steady', 'rtt', 'fanout', 'first-message'],
};
const lanes = ['any', 'http', ...names.transports, ...names.controls];

function errorOf(text: string): GateError {
  try {
    readGate(text, names);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error(`'${text}' is a gate`);
}

describe('a gate', () => {
  it('names a figure, and a limit in its unit or as a multiple of something', () => {
    expect(readGate('websocket.steady.p99 > 1.2x baseline', names)).toEqual({
      text: 'websocket.steady.p99 > 1.2x baseline',
      lane: 'websocket',
      scenario: 'steady',
      case: null,
      figure: 'p99',
      operator: '>',
      limit: { kind: 'baseline', factor: 1.2 },
    });
    const limitOf = (text: string): Limit => readGate(text, names).limit;
    expect(limitOf('sse.rtt[100 ms].mean > 80ms')).toEqual({ kind: 'value', value: 80_000 });
    expect(limitOf('sse.rtt.mean > 0.5 s')).toEqual({ kind: 'value', value: 500_000 });
    expect(limitOf('sse.steady.bytesPerDelivery>=1.5kB')).toEqual({ kind: 'value', value: 1500 });
    expect(limitOf('sse.steady.serverCpuShare > 85%')).toEqual({ kind: 'value', value: 0.85 });
    expect(limitOf('any.steady.missing > 0')).toEqual({ kind: 'value', value: 0 });
    expect(limitOf('any.steady.p99 > 0')).toEqual({ kind: 'value', value: 0 });
    expect(limitOf('sse.steady.p50 > 1.1 x bare-ws')).toEqual({ kind: 'lane', lane: 'bare-ws', factor: 1.1 });
    expect(limitOf('sse.steady.p50 < closed-form')).toEqual({ kind: 'closed-form', factor: 1 });
  });

  it('keeps the case as it stands, and tells p99 from p99.9', () => {
    expect(readGate('websocket.fanout[ 1,000 clients ].last.p99.9 <= 2x predicted', names)).toMatchObject({
      case: '1,000 clients',
      figure: 'last.p99.9',
      operator: '<=',
    });
    expect(readGate('sse.first-message.p99 > 1s', names)).toMatchObject({ scenario: 'first-message', figure: 'p99' });
  });
});

describe('what is no gate', () => {
  it.each([
    ['websockets.steady.p99 > 5ms', 1, "'websockets' is not a lane; there are: any, short-polling"],
    ['websocket.stedy.p99 > 5ms', 11, "'stedy' is not a scenario; there are: steady, rtt, fanout, first-message"],
    ['websocket.steady.p98 > 5ms', 18, "'p98' is not a figure; there are: mean, p50"],
    ['websocket.steady > 5ms', 18, "before the figure stands a '.', not '>'"],
    ['websocket.steady.p99 5ms', 22, "after the figure stands one of >= <= > <, not '5ms'"],
    ['websocket.steady.p99 >', 23, 'the end is not a number or a reference; there are: baseline, predicted'],
    ['websocket.steady.p99 > 5', 25, "p99 has the units us, µs, ms, s; '' is none of them"],
    ['websocket.steady.p99 > 5kB', 25, "'kB' is none of them"],
    ['sse.steady.missing > 1ms', 23, 'missing has the units none, %'],
    ['websocket.steady.p99 > 1.2x basline', 29, "'basline' is not a reference; there are: baseline"],
    ['websocket.steady.p99 > 1.2x any', 29, "'any' is not a reference"],
    ['websocket.steady.p99 > 1.2x baseline today', 38, "the gate ends before 'today'"],
    ['sse.rtt[100 ms.mean > 80ms', 27, "the case that begins at column 9 needs a ']'"],
    ['sse.rtt[].mean > 80ms', 9, 'the case is empty'],
    ['', 1, 'the end is not a lane'],
  ])('%s: the error says where, and what would be right', (text, column, reason) => {
    const error = errorOf(text);
    expect(error.message.replaceAll('\n', ' ')).toContain(reason);
    expect(error.column).toBe(column);
    const [shown = '', pointer = ''] = error.message.split('\n').slice(-2);
    expect(shown.trim()).toBe(text);
    expect(pointer.indexOf('^')).toBe(column + 1);
  });
});

describe('any gate', () => {
  const space = fc.constantFrom('', ' ', '  ');
  const number = fc.tuple(fc.nat(9999), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`);
  const ofCase = fc.option(
    fc
      .string({ unit: fc.constantFrom('a', '1', '.', ' ', '>', ',', 'µ'), minLength: 1 })
      .filter((text) => text.trim() === text),
  );
  const value = (figure: FigureName) => {
    const units = { us: ['us', 'µs', 'ms', 's'], ms: ['us', 'ms', 's'], B: ['B', 'kB', 'MB'], '1': ['', '%'] };
    return fc.tuple(number, fc.constantFrom(...units[figureSpec(figure).unit]), space).map(([amount, unit, gap]) => ({
      text: `${amount}${gap}${unit}`,
      isRight: (limit: Limit) => limit.kind === 'value' && limit.value >= 0,
    }));
  };
  const reference = fc
    .tuple(fc.option(number), fc.constantFrom('baseline', 'predicted', 'closed-form', 'sse', 'bare-ws'), space)
    .map(([factor, name, gap]) => ({
      text: `${factor === null ? '' : `${factor}${gap}x `}${name}`,
      isRight: (limit: Limit) =>
        limit.kind !== 'value' &&
        limit.factor === (factor === null ? 1 : Number(factor)) &&
        (limit.kind === 'lane' ? limit.lane === name : limit.kind === name),
    }));
  const gate = fc.constantFrom(...FIGURE_NAMES).chain((figure) =>
    fc.record({
      figure: fc.constant(figure),
      lane: fc.constantFrom(...lanes),
      scenario: fc.constantFrom(...names.scenarios),
      case: ofCase,
      operator: fc.constantFrom<Operator>('>', '>=', '<', '<='),
      limit: fc.oneof(value(figure), reference),
      gap: space,
    }),
  );

  it('that is written by the grammar is read as it was meant, whatever spaces stand in it', () => {
    fc.assert(
      fc.property(gate, ({ figure, lane, scenario, case: name, operator, limit, gap }) => {
        const brackets = name === null ? '' : `${gap}[${gap}${name}]`;
        const text = `${gap}${lane}${gap}.${gap}${scenario}${brackets}.${gap}${figure}${gap}${operator}${gap}${limit.text}${gap}`;
        const read = readGate(text, names);
        expect(read).toMatchObject<Partial<Gate>>({ text: text.trim(), lane, scenario, case: name, figure, operator });
        expect(limit.isRight(read.limit)).toBe(true);
      }),
    );
  });

  it('that is any text at all is read or refused with a column within it, never otherwise', () => {
    const pieces = fc.constantFrom(
      'sse',
      '.',
      'steady',
      'p99',
      '[',
      ']',
      '>',
      '<=',
      '1.2',
      'x',
      'ms',
      'baseline',
      ' ',
      '^',
      '\t',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 12 }).map((some) => some.join('')),
    );
    fc.assert(
      fc.property(text, (some) => {
        try {
          readGate(some, names);
        } catch (error) {
          if (!(error instanceof GateError)) throw error;
          expect(error.column).toBeGreaterThanOrEqual(1);
          expect(error.column).toBeLessThanOrEqual(some.length + 1);
        }
      }),
    );
  });
});

describe('the help', () => {
  it('fits 100 columns, and its examples are gates', () => {
    const lines = GATE_HELP.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    const examples = lines.filter((line) => /^ {4}\S+\..*[<>]/.test(line));
    expect(examples).toHaveLength(5);
    for (const example of examples) readGate(example.trim().split(/ {3,}/)[0] ?? '', names);
    for (const name of FIGURE_NAMES) expect(GATE_HELP).toContain(name);
  });
});
