import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from './query.ts';

const DEFAULTS = {
  problem: null,
  client: null,
  cursor: null,
  history: 50,
  limit: 100,
  waitSeconds: 30,
  heartbeatSeconds: null,
  presence: false,
  via: null,
  trace: null,
};

test('an empty query gives the defaults', () => {
  expect(parseQuery('')).toEqual(DEFAULTS);
  expect(parseQuery('&&')).toEqual(DEFAULTS);
});

test('every parameter is read', () => {
  expect(
    parseQuery('cursor=e-1.42&client=tab_1&history=0&limit=500&wait=60&heartbeat=5&presence=1&via=sse&trace=t'),
  ).toEqual({
    problem: null,
    client: 'tab_1',
    cursor: { epoch: 'e-1', seq: 42 },
    history: 0,
    limit: 500,
    waitSeconds: 60,
    heartbeatSeconds: 5,
    presence: true,
    via: 'sse',
    trace: 't',
  });
});

test('escapes are decoded, in values and in names', () => {
  expect(parseQuery('%63lient=%74ab%2D1')).toEqual({ ...DEFAULTS, client: 'tab-1' });
  expect(parseQuery('via=a+b%2Bc')).toEqual({ ...DEFAULTS, via: 'a b+c' });
});

test('unknown parameters are ignored, repeated and malformed ones too', () => {
  expect(parseQuery('x=1&x=2&y=%zz&=&__proto__=1&toString=&history=7')).toEqual({ ...DEFAULTS, history: 7 });
});

describe('bounds', () => {
  test.each([
    'history=0',
    'history=200',
    'limit=1',
    'limit=500',
    'wait=1',
    'wait=60',
    'heartbeat=1',
    'heartbeat=60',
    'client=a',
    `client=${'a'.repeat(64)}`,
  ])('%s is within them', (query) => expect(parseQuery(query).problem).toBeNull());

  test.each([
    ['history=201', 'history'],
    ['heartbeat=0', 'heartbeat'],
    ['heartbeat=61', 'heartbeat'],
    ['heartbeat=1.5', 'heartbeat'],
    ['heartbeat=5&heartbeat=5', 'heartbeat'],
    ['history=-1', 'history'],
    ['history=1.5', 'history'],
    ['history=1e1', 'history'],
    ['history=%201', 'history'],
    ['history=', 'history'],
    ['history', 'history'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=0x10', 'limit'],
    ['wait=0', 'wait'],
    ['wait=61', 'wait'],
    ['wait=99999999999999999999', 'wait'],
    ['client=', 'client'],
    ['client=a.b', 'client'],
    ['client=%C3%A9', 'client'],
    [`client=${'a'.repeat(65)}`, 'client'],
    ['client=a%0a', 'client'],
    ['presence=2', 'presence'],
    ['presence=', 'presence'],
    ['presence=true', 'presence'],
    ['cursor=', 'cursor'],
    ['cursor=e', 'cursor'],
    ['cursor=e.', 'cursor'],
    ['cursor=.1', 'cursor'],
    ['cursor=e.-1', 'cursor'],
    ['cursor=e.1.2', 'cursor'],
    ['cursor=e.9007199254740992', 'cursor'],
    [`cursor=${'e'.repeat(33)}.1`, 'cursor'],
  ])('%s is refused, and named', (query, name) => {
    const { problem } = parseQuery(query);
    expect(problem).toContain(`"${name}"`);
    expect(parseQuery(query), 'and all else is as by default').toEqual({ ...DEFAULTS, problem });
  });

  test.each(['history', 'limit', 'wait', 'client', 'cursor', 'presence', 'via'])('%s may come only once', (name) => {
    const value = name === 'cursor' ? 'e.1' : '1';
    expect(parseQuery(`${name}=${value}&other=1&${name}=${value}`).problem).toContain(
      `"${name}" may be given only once`,
    );
    expect(
      parseQuery(`${name}=${value}&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${value}`).problem,
    ).toContain('only once');
  });

  test('an escape of a known parameter that is no UTF-8 is refused', () => {
    for (const value of ['%', '%z', '%ff', '%c3', '%ed%a0%80']) {
      expect(parseQuery(`client=${value}`).problem).toContain('percent sign');
    }
  });
});

test('well-formed queries are read as URLSearchParams reads them', () => {
  const text = fc.string({ unit: 'binary' });
  const pair = fc.tuple(fc.oneof(text, fc.constantFrom('via', 'VIA', 'v', 'vi')), text);
  const wellFormed = fc.array(pair).filter((pairs) => pairs.filter(([name]) => name === 'via').length <= 1);
  fc.assert(
    fc.property(wellFormed, (pairs) => {
      const params = new URLSearchParams(pairs);
      expect(parseQuery(params.toString()).via).toBe(params.get('via'));
    }),
  );
});

test('any text at all is read or refused, and nothing is thrown', () => {
  const piece = fc.constantFrom('&', '=', '%', '+', 'via', 'cursor', 'client', '1', '.', '%3', '%41', '\u0000', 'é');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (query) => {
        const { problem, ...read } = parseQuery(query);
        if (problem !== null) expect({ ...read, problem: null }).toEqual(DEFAULTS);
      },
    ),
  );
});
