import { expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

const SIZES = [0, 1, 2, 255, 65_535, 65_536, 65_537, 131_072, 200_000];

it.each(SIZES)('%d bytes come out as they went in, however they are cut', (size) => {
  const bytes = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) % 251));
  for (const cut of [1, 1000, 65_535, 65_536, 1_000_000]) {
    if (size / cut > 1000) continue;
    const gathering = new Gathering();
    for (let at = 0; at < size; at += cut) {
      gathering.add(bytes, at, Math.min(size, at + cut));
      expect(gathering.length).toBe(Math.min(size, at + cut));
    }
    expect(gathering.take().equals(bytes)).toBe(true);
    expect([gathering.length, gathering.take().length]).toEqual([0, 0]);
  }
});

it('keeps a copy, and what was taken is the taker’s', () => {
  const gathering = new Gathering();
  const source = Buffer.from('first');
  gathering.add(source, 0, 5);
  source.fill('x');
  const taken = gathering.take();
  gathering.add(Buffer.from('other'), 0, 5);
  expect(taken.toString()).toBe('first');
});
