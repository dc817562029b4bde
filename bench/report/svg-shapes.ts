// Makes an SVG picture small: text that has become paths repeats the same few letters all over, so each letter is kept
// once and used wherever it stands.

type Point = readonly [x: number, y: number];

/** A drawn outline: its commands, and their points relative to the first one. */
interface Shape {
  readonly commands: string;
  readonly points: readonly Point[];
}

interface PlacedShape extends Shape {
  readonly at: Point;
}

/** In pixels: what differs by less is the same letter, rounded at another place. */
const SAME_WITHIN = 0.06;

/** @returns the picture, which looks the same. */
export function sharingShapes(svg: string): string {
  const library = createLibrary();
  const withUses = svg.replace(
    /<path (fill="(?:#[0-9A-F]{6}|[a-z]+)"(?: transform="[^"]*")?) d="([^"]*)"\/>/g,
    (whole, look: string, d: string) => {
      // What has no curves is small anyway.
      if (look.startsWith('fill="none"') || !d.includes('Q')) return whole;
      const uses = shapesOf(d).map(
        ({ at: [x, y], ...shape }) => `<use href="#${library.idOf(shape)}" x="${number(x)}" y="${number(y)}"/>`,
      );
      return `<g ${look}>${uses.join('')}</g>`;
    },
  );
  return withUses.replace(/(<svg [^>]*>)/, `$1\n\t<defs>${library.paths().join('')}</defs>`);
}

interface Library {
  idOf(shape: Shape): string;
  paths(): string[];
}

function createLibrary(): Library {
  const known = new Map<string, { readonly id: string; readonly shape: Shape }[]>();
  const all: { readonly id: string; readonly shape: Shape }[] = [];
  return {
    idOf: (shape) => {
      const alike = known.get(shape.commands) ?? [];
      known.set(shape.commands, alike);
      const found = alike.find((one) => isSame(one.shape, shape));
      if (found !== undefined) return found.id;
      const added = { id: `s${all.length}`, shape };
      alike.push(added);
      all.push(added);
      return added.id;
    },
    paths: () => all.map(({ id, shape }) => `<path id="${id}" d="${pathText(shape)}"/>`),
  };
}

function isSame(a: Shape, b: Shape): boolean {
  return a.points.every(([x, y], index) => {
    const [otherX, otherY] = b.points[index] ?? [Number.NaN, Number.NaN];
    return Math.abs(x - otherX) <= SAME_WITHIN && Math.abs(y - otherY) <= SAME_WITHIN;
  });
}

interface Contour {
  readonly commands: string;
  readonly points: Point[];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** @returns the outlines of a path, each with its holes. */
function shapesOf(d: string): PlacedShape[] {
  const groups: { contours: Contour[]; box: Box }[] = [];
  for (const contour of contoursOf(d)) {
    const box = boxOf(contour);
    const last = groups.at(-1);
    // A hole lies inside the outline before or after it.
    if (last !== undefined && (contains(last.box, box) || contains(box, last.box))) {
      last.contours.push(contour);
      last.box = contains(box, last.box) ? box : last.box;
    } else groups.push({ contours: [contour], box });
  }
  return groups.map(({ contours }) => placed(contours));
}

function placed(contours: readonly Contour[]): PlacedShape {
  const points = contours.flatMap((contour) => contour.points);
  const at = points[0] ?? [0, 0];
  return {
    at,
    commands: contours.map(({ commands }) => commands).join(''),
    points: points.map(([x, y]) => [x - at[0], y - at[1]]),
  };
}

const POINTS_OF: Readonly<Record<string, number>> = { M: 1, L: 1, Q: 2, C: 3, Z: 0 };

function contoursOf(d: string): Contour[] {
  return d.split(/(?=M)/).map((text) => {
    const parts = [...text.matchAll(/([MLQCZ])([^MLQCZ]*)/g)];
    const numbers = parts.flatMap(([, , rest = '']) => rest.match(/-?[\d.]+/g)?.map(Number) ?? []);
    const points = numbers.flatMap((x, index): Point[] => (index % 2 === 0 ? [[x, numbers[index + 1] ?? 0]] : []));
    return { commands: parts.map(([, command = '']) => command).join(''), points };
  });
}

function boxOf({ points }: Contour): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function contains(outer: Box, inner: Box): boolean {
  return (
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
  );
}

/** With relative points, which are shorter. */
function pathText({ commands, points }: Shape): string {
  let next = 0;
  let from: Point = [0, 0];
  return [...commands]
    .map((command) => {
      const own = points.slice(next, next + (POINTS_OF[command] ?? 0));
      next += own.length;
      const text = own.map(([x, y]) => `${number(x - from[0])} ${number(y - from[1])}`).join(' ');
      from = own.at(-1) ?? from;
      return `${command.toLowerCase()}${text}`;
    })
    .join('')
    .replace(/ -/g, '-');
}

/** Hundredths of a pixel are plenty. */
function number(value: number): string {
  return String(Number(value.toFixed(2))).replace(/^(-?)0\./, '$1.');
}
