import { expect, test } from 'vitest';
import { AWKWARD_TEXTS } from '../../testing/samples.ts';
import { readText } from './read-body.ts';

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  for (const part of parts) yield part;
}

test('a body reads the same wherever it is cut', async () => {
  const text = JSON.stringify(AWKWARD_TEXTS);
  const bytes = new TextEncoder().encode(text);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    expect(await readText(chunks(bytes.subarray(0, cut), bytes.subarray(cut))), `cut at byte ${cut}`).toBe(text);
  }
  expect(await readText(chunks(...Array.from(bytes, (byte) => Uint8Array.of(byte))))).toBe(text);
});

test('a body without a byte is the empty text', async () => {
  expect(await readText(chunks())).toBe('');
});

test('a body that is not UTF-8, or ends within a character, is refused', async () => {
  await expect(readText(chunks(Uint8Array.of(0xff)))).rejects.toThrow();
  await expect(readText(chunks(new TextEncoder().encode('ä').subarray(0, 1)))).rejects.toThrow();
});

test('a body without an end is refused, and not kept', async () => {
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      sent += 1;
      yield new Uint8Array(1024 * 1024);
    }
  }
  await expect(readText(endless())).rejects.toThrow('a body of more than');
  expect(sent).toBe(5);
});
