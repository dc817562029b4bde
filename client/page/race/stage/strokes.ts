// The pen of the stage: lines, bars and small figures, each made of paths and never of characters.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Pen {
  readonly context: CanvasRenderingContext2D;
  line(from: Point, to: Point, colour: string, width?: number, dash?: readonly number[]): void;
  path(points: readonly Point[], colour: string, width?: number, dash?: readonly number[]): void;
  fill(points: readonly Point[], colour: string): void;
  outline(points: readonly Point[], colour: string, ground: string, width?: number): void;
  disc(at: Point, radius: number, colour: string): void;
  ring(at: Point, radius: number, colour: string, ground: string, width?: number): void;
  bar(x: number, y: number, width: number, height: number, colour: string, opacity?: number): void;
  hatched(x: number, y: number, width: number, height: number, colour: string): void;
  cross(at: Point, radius: number, colour: string, width?: number): void;
}

const HATCH_PX = 6;

export function createPen(context: CanvasRenderingContext2D): Pen {
  function trace(points: readonly Point[]): void {
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
  }

  function stroke(colour: string, width: number, dash: readonly number[]): void {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash([...dash]);
    context.stroke();
  }

  const pen: Pen = {
    context,
    line: (from, to, colour, width = 1, dash = []) => pen.path([from, to], colour, width, dash),
    path(points, colour, width = 1, dash = []) {
      trace(points);
      stroke(colour, width, dash);
    },
    fill(points, colour) {
      trace(points);
      context.fillStyle = colour;
      context.fill();
    },
    outline(points, colour, ground, width = 1.5) {
      trace(points);
      context.closePath();
      context.fillStyle = ground;
      context.fill();
      stroke(colour, width, []);
    },
    disc({ x, y }, radius, colour) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
    },
    ring({ x, y }, radius, colour, ground, width = 1.5) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = ground;
      context.fill();
      stroke(colour, width, []);
    },
    bar(x, y, width, height, colour, opacity = 1) {
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
    },
    hatched(x, y, width, height, colour) {
      if (width <= 0) return;
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      context.beginPath();
      // The hatching stands still on the bar, which glides.
      for (let at = x - height; at < x + width; at += HATCH_PX) {
        context.moveTo(at, y + height);
        context.lineTo(at + height, y);
      }
      stroke(colour, 1.5, []);
      context.restore();
      context.beginPath();
      context.rect(x, y, width, height);
      stroke(colour, 1, []);
    },
    cross({ x, y }, radius, colour, width = 2) {
      pen.line({ x: x - radius, y: y - radius }, { x: x + radius, y: y + radius }, colour, width);
      pen.line({ x: x - radius, y: y + radius }, { x: x + radius, y: y - radius }, colour, width);
    },
  };
  return pen;
}

/** A way between two rails of which only the part until `time` is drawn. @returns null where it has not begun. */
export function wayUntil(
  from: Point & { readonly at: number },
  to: Point & { readonly at: number },
  time: number,
): Point | null {
  if (time < from.at) return null;
  if (time >= to.at || to.at <= from.at) return to;
  const part = (time - from.at) / (to.at - from.at);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}
