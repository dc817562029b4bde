import { describe, expect, it } from 'vitest';
import { transportColours } from './colours.ts';

/** Contrast of two colours, WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const names = ['short-polling', 'long-polling', 'sse', 'websocket', 'a-fifth', 'a-sixth', 'a-seventh', 'an-eighth'];
const colours = names.map((name, index) => transportColours(name, index));

describe('the transports’ colours', () => {
  it('are different, those of transports to come as well', () => {
    expect(new Set(colours).size).toBe(names.length);
  });

  it.each(['#ffffff', '#14171c'])('stand out from %s at 3:1 or more', (ground) => {
    for (const colour of colours) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3);
  });

  it('do not change with the order of the list where a transport has its own', () => {
    expect(transportColours('sse', 0)).toBe(transportColours('sse', 7));
  });
});
