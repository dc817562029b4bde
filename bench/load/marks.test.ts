import { describe, expect, it } from 'vitest';
import { markedText, readMark } from './marks.ts';

describe('the mark in a message', () => {
  it('is read exactly as it was written', () => {
    const text = markedText('r1', { index: 12, intendedAt: 1_234_567.891_234_5 }, 100);
    expect(text).toHaveLength(100);
    expect(readMark('r1', text)).toEqual({ index: 12, intendedAt: 1_234_567.891_234_5 });
  });

  it('is none in a text of another round, of somebody else, or cut short', () => {
    const text = markedText('r1', { index: 12, intendedAt: 5 }, 40);
    expect(readMark('r2', text)).toBeNull();
    expect(readMark('r', text)).toBeNull();
    expect(readMark('r1', 'hello')).toBeNull();
    expect(readMark('r1', 'r1 12')).toBeNull();
    expect(readMark('r1', 'r1 12 5')).toBeNull();
  });
});
