// What tells transports apart where they are drawn together, beside their colours: the shapes of their marks.
import type { PointStyle } from 'chart.js';

const SHAPES: ReadonlyMap<string, PointStyle> = new Map<string, PointStyle>([
  ['short-polling', 'circle'],
  ['long-polling', 'triangle'],
  ['sse', 'rect'],
  ['websocket', 'rectRot'],
]);

/** Of controls, and of transports that have no shape of their own yet. */
const MORE_SHAPES = ['crossRot', 'cross', 'star', 'dash'] as const;

/** @param others the names before it that have no shape of their own. */
export function shapeOf(name: string, others: number): PointStyle {
  return SHAPES.get(name) ?? MORE_SHAPES[others % MORE_SHAPES.length] ?? 'star';
}

/** @returns each name's shape. */
export function shapesOf(names: readonly string[]): Map<string, PointStyle> {
  const shapes = new Map<string, PointStyle>();
  let others = 0;
  for (const name of new Set(names)) {
    shapes.set(name, shapeOf(name, others));
    if (!SHAPES.has(name)) others += 1;
  }
  return shapes;
}

/** The shapes of a row's points, in the order of the points. */
export const POINT_SHAPES = ['circle', 'triangle', 'rect', 'rectRot'] as const;
