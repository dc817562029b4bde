import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexLink, readExample, textLink } from './links.ts';

/** As the page reads its own address. */
function opened(link: string | null) {
  const hash = new URL(link ?? '', 'http://lab/').hash;
  return readExample(new URLSearchParams(hash.slice(hash.indexOf('?'))));
}

describe('a link', () => {
  it('reopens any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(opened(textLink(text, 1)).text).toBe(text);
      }),
    );
  });

  it('reopens bytes and who sent them', () => {
    expect(opened(hexLink(Uint8Array.of(0x81, 0x05, 0x48), 'server'))).toEqual({
      text: null,
      times: 1,
      hex: '810548',
      from: 'server',
    });
    expect(opened(hexLink(Uint8Array.of(0x81), 'client')).from).toBe('client');
  });

  it('reopens how often the text is repeated, where that is a number', () => {
    expect(opened(textLink('ab', 70_000)).times).toBe(70_000);
    expect(opened('#anatomy?text=ab&times=-1').times).toBe(1);
    expect(opened('#anatomy?text=ab&times=1e9').times).toBe(1);
  });

  it('is not made of something very long', () => {
    expect(textLink('a'.repeat(10_000), 1)).toBeNull();
    expect(hexLink(new Uint8Array(5000), 'client')).toBeNull();
  });
});
