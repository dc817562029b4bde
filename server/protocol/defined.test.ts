import { expect, it } from 'vitest';
import { defined } from './defined.ts';

it('leaves out what is undefined, and nothing else', () => {
  const fields = { nothing: undefined, zero: 0, empty: '', no: false, none: null };
  expect(Object.keys(defined(fields))).toEqual(['zero', 'empty', 'no', 'none']);
});
