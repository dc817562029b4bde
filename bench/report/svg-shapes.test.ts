import { describe, expect, it } from 'vitest';
import { sharingShapes } from './svg-shapes.ts';

const RING = 'M10 10Q20 0 30 10Q20 20 10 10ZM15 10Q20 5 25 10Q20 15 15 10Z';
const MOVED = RING.replace(/[\d.]+ [\d.]+/g, (point) => {
  const [x, y] = point.split(' ').map(Number);
  return `${(x ?? 0) + 100.004} ${(y ?? 0) + 50}`;
});

function svgOf(...paths: string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">\n${paths.join('\n')}\n</svg>\n`;
}

/** All points that are drawn, in order, as a renderer would find them. */
function drawnPoints(svg: string): [x: number, y: number][] {
  const shapes = new Map([...svg.matchAll(/<path id="(\w+)" d="([^"]*)"/g)].map(([, id = '', d = '']) => [id, d]));
  return [...svg.matchAll(/<use href="#(\w+)" x="([^"]*)" y="([^"]*)"/g)].flatMap(([, id = '', x, y]) => {
    let [atX, atY] = [Number(x), Number(y)];
    const numbers = [...(shapes.get(id) ?? '').matchAll(/([mlq])([^mlqz]*)/g)].flatMap(([, , text = '']) => {
      const own = text.match(/-?(?:\d+(?:\.\d+)?|\.\d+)/g)?.map(Number) ?? [];
      const points: [number, number][] = [];
      for (let i = 0; i < own.length; i += 2) points.push([atX + (own[i] ?? 0), atY + (own[i + 1] ?? 0)]);
      [atX, atY] = points.at(-1) ?? [atX, atY];
      return points;
    });
    return numbers;
  });
}

function pointsOf(...paths: string[]): [x: number, y: number][] {
  return paths.flatMap((d) =>
    [...d.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]): [number, number] => [Number(x), Number(y)]),
  );
}

describe('a picture that shares its shapes', () => {
  const shared = sharingShapes(svgOf(`<path fill="#1B1F24" d="${RING}"/>`, `<path fill="#57606A" d="${MOVED}"/>`));

  it('keeps each shape once, its holes with it', () => {
    expect(shared.match(/<path id=/g)).toHaveLength(1);
    expect(shared.match(/<use /g)).toHaveLength(2);
  });

  it('draws every point where it was', () => {
    const [drawn, wanted] = [drawnPoints(shared), pointsOf(RING, MOVED)];
    expect(drawn).toHaveLength(wanted.length);
    for (const [index, [x, y]] of wanted.entries()) {
      expect(Math.abs((drawn[index]?.[0] ?? 0) - x)).toBeLessThan(0.02);
      expect(Math.abs((drawn[index]?.[1] ?? 0) - y)).toBeLessThan(0.02);
    }
  });

  it('keeps colours and transformations', () => {
    const moved = sharingShapes(svgOf(`<path fill="#57606A" transform="matrix(0 -1 1 0 27 243)" d="${RING}"/>`));
    expect(moved).toContain('<g fill="#57606A" transform="matrix(0 -1 1 0 27 243)"><use ');
    expect(shared).toContain('<g fill="#1B1F24">');
  });

  it('leaves lines and what is only stroked as they are', () => {
    const paths = ['<path fill="none" stroke="#E3E6EA" d="M1 2Q3 4 5 6"/>', '<path fill="#1B1F24" d="M1 2L3 4L5 6Z"/>'];
    for (const path of paths) expect(sharingShapes(svgOf(path))).toContain(path);
  });

  it('tells shapes apart that differ by more than a rounding', () => {
    const wider = RING.replaceAll('30 10', '30.2 10');
    const both = sharingShapes(svgOf(`<path fill="#000000" d="${RING}"/>`, `<path fill="#000000" d="${wider}"/>`));
    expect(both.match(/<path id=/g)).toHaveLength(2);
  });
});
