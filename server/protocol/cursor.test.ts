import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCursor, parseCursor } from './cursor.ts';

const epochs = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);

describe('a cursor', () => {
  it('survives being written and read', () => {
    fc.assert(
      fc.property(epochs, fc.maxSafeNat(), (epoch, seq) => {
        expect(parseCursor(formatCursor(epoch, seq))).toEqual({ epoch, seq });
      }),
    );
  });

  it('may stand before the first message', () => {
    expect(parseCursor('A.0')).toEqual({ epoch: 'A', seq: 0 });
  });

  it('has a seq of at most 2^53−1', () => {
    expect(parseCursor('A.9007199254740991')).toEqual({ epoch: 'A', seq: Number.MAX_SAFE_INTEGER });
    expect(parseCursor('A.9007199254740992')).toBeNull();
    expect(parseCursor('A.9007199254740993')).toBeNull();
    expect(parseCursor('A.9999999999999999')).toBeNull();
  });

  it('has a seq of at most 16 digits, leading zeros among them', () => {
    expect(parseCursor('A.0000000000000007')).toEqual({ epoch: 'A', seq: 7 });
    expect(parseCursor('A.00000000000000007')).toBeNull();
  });

  it('has an epoch of 1 to 32 characters', () => {
    expect(parseCursor(`${'e'.repeat(32)}.1`)).toEqual({ epoch: 'e'.repeat(32), seq: 1 });
    expect(parseCursor(`${'e'.repeat(33)}.1`)).toBeNull();
    expect(parseCursor('.1')).toBeNull();
  });

  it.each([
    '',
    'A',
    'A.',
    'A.-1',
    'A.+1',
    'A.1.2',
    'A.1e3',
    'A.0x1',
    'A. 1',
    ' A.1',
    'A.1 ',
    'A.1\n',
    'A.1\0',
    'Ä.1',
    'A.١',
    'A/1',
  ])('is not %j', (text) => {
    expect(parseCursor(text)).toBeNull();
  });

  it('is never read from anything that it would be written differently from, but for leading zeros', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w.-]{0,40}\.?\d{0,18}$/)), (text) => {
        const parsed = parseCursor(text);
        if (parsed !== null) {
          expect(formatCursor(parsed.epoch, parsed.seq)).toBe(text.replace(/\.0+(?=\d)/, '.'));
        }
      }),
    );
  });
});
