import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { clientFrame, hex } from './client-frames.ts';
import { clientFrameFigure, figures, lengthsFigure, maskingFigure } from './figures.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const wanted = figures();

/** @returns the texts of a figure, in their order. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
}

describe('docs/figures', () => {
  it('is all shown in docs/websocket-by-hand.md, each with an alternative text', () => {
    const markdown = readFileSync(join(docs, 'websocket-by-hand.md'), 'utf8');
    const shown = [...markdown.matchAll(/!\[(.+)\]\(figures\/(.*)\)/g)].map(([, , name]) => name ?? '');
    expect(shown.toSorted()).toEqual([...wanted.keys()].sort());
  });
});

describe('a figure', () => {
  it.each([...wanted])(
    'has a title, a description and an opaque ground, and asks for nothing else: %s',
    (_name, svg) => {
      expect(svg).toMatch(
        /<title id="title">[^<]+<\/title>\n<desc id="description">[^<]+<\/desc>\n<rect width="800" .*fill="#ffffff"/,
      );
      expect(svg).not.toMatch(/NaN|undefined|href|url\(|<style|@import/);
      const elements = [...svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)];
      const open = elements.filter(([, closes, , closed]) => closes === '' && closed === '').map(([, , name]) => name);
      const closing = elements.filter(([, closes]) => closes === '/').map(([, , name]) => name);
      expect(open.sort()).toEqual(closing.sort());
    },
  );

  it('of a frame shows its bytes, the bits of the first two, and the text', () => {
    const texts = textsOf(clientFrameFigure(hex('81 82 01020304 4968')));
    expect(texts).toEqual(
      expect.arrayContaining(['81', '82', '01', '02', '03', '04', '49', '68', 'H', 'j', '2 bytes of payload']),
    );
    expect(texts.filter((text) => text === '0' || text === '1').join('')).toBe('1000000110000010');
    expect(() => clientFrameFigure(hex('81 82 01020304'))).toThrow('one whole frame');
  });

  it('of lengths shows each length as the header has it', () => {
    const texts = textsOf(lengthsFigure([clientFrame({ opcode: 2, payload: Buffer.alloc(126) })]));
    expect(texts).toEqual(expect.arrayContaining(['82', 'fe', '00', '7e', '126 bytes', 'payload, 126 bytes']));
  });

  it('of a mask begins the key anew after its fourth byte, and writes what XML would take for markup as text', () => {
    const texts = textsOf(maskingFigure(Uint8Array.of(0, 0, 0, 0x0f), 'a<&"b'));
    expect(texts.filter((text) => text.startsWith('key byte')).join()).toBe(
      'key byte 0,key byte 1,key byte 2,key byte 3,key byte 0',
    );
    expect(texts.slice(-10).filter((text) => text.length === 2)).toEqual(['61', '3c', '26', '2d', '62']);
    expect(texts).toEqual(expect.arrayContaining(['&lt;', '&amp;', '&quot;']));
  });
});
