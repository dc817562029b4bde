import { describe, expect, test } from 'vitest';
import { sampleMessages } from '../testing/samples.ts';
import { createPosition } from './position.ts';

const seqs = (taken: { readonly fresh: readonly { readonly seq: number }[] }) => taken.fresh.map(({ seq }) => seq);

describe('a position', () => {
  test('begins where the first connection says, and moves with the messages', () => {
    const position = createPosition(null);
    expect(position.cursor).toBeNull();
    expect(position.open('e.4')).toBeNull();
    expect(position.cursor).toBe('e.4');
    expect(seqs(position.take(sampleMessages(5, 7)))).toEqual([5, 6, 7]);
    expect(position.cursor).toBe('e.7');
  });

  test('drops what it has, whole and in part', () => {
    const position = createPosition('e.4');
    position.open('e.4');
    expect(position.take(sampleMessages(1, 4))).toEqual({ fresh: [], fault: null });
    expect(seqs(position.take(sampleMessages(3, 6)))).toEqual([5, 6]);
    expect(seqs(position.take(sampleMessages(6, 6)))).toEqual([]);
    expect(position.cursor).toBe('e.6');
  });

  test('takes what comes before a gap, and calls the gap a fault', () => {
    const position = createPosition('e.4');
    position.open('e.4');
    const taken = position.take([...sampleMessages(5, 6), ...sampleMessages(8, 9)]);
    expect(seqs(taken)).toEqual([5, 6]);
    expect(taken.fault).toContain('8 came after 6');
    expect(position.cursor).toBe('e.6');
  });

  test('stays where it was until an announced reset comes', () => {
    const position = createPosition('old.9');
    expect(position.open(null)).toBeNull();
    expect(position.cursor).toBe('old.9');
    expect(position.take(sampleMessages(10, 10))).toMatchObject({ fresh: [], fault: expect.any(String) });
    expect(position.reset('new.2')).toBeNull();
    expect(seqs(position.take(sampleMessages(3, 4)))).toEqual([3, 4]);
    expect(position.cursor).toBe('new.4');
  });

  test('finds fault with a server that goes on from elsewhere', () => {
    const position = createPosition('e.4');
    expect(position.open('e.5')).toContain('asked for e.4');
    expect(position.open('f.5')).toContain('asked for e.4');
    expect(position.renamed('f.5')).toContain('asked for e.4');
    expect(position.cursor).toBe('e.4');
  });

  test('takes a newer name for the same seq, and goes on under it', () => {
    const position = createPosition('e-a.4');
    expect(position.open('e-b.4')).toBeNull();
    expect(position.cursor).toBe('e-b.4');
    expect(position.renamed('e-c.4')).toBeNull();
    expect(position.take(sampleMessages(5, 6)).fault).toBeNull();
    expect(position.cursor).toBe('e-c.6');
  });

  test('is not renamed while a reset is awaited, which says more', () => {
    const position = createPosition('e.4');
    position.open(null);
    expect(position.renamed('f.2')).toBeNull();
    expect(position.cursor).toBe('e.4');
  });

  test('finds fault with malformed cursors, and throws at one of our own', () => {
    expect(createPosition(null).open('nonsense')).toContain('no cursor');
    expect(createPosition(null).reset('nonsense')).toContain('no cursor');
    expect(() => createPosition('nonsense')).toThrow(RangeError);
  });

  test('finds fault with messages before anything else', () => {
    expect(createPosition(null).take(sampleMessages(1, 1)).fault).not.toBeNull();
  });
});
