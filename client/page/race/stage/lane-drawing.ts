// What the drawing of one lane needs.
import type { Places, StageLane } from './geometry.ts';
import type { Palette } from './palette.ts';
import type { Pen } from './strokes.ts';

export interface LaneDrawing {
  readonly pen: Pen;
  readonly places: Places;
  readonly lane: StageLane;
  readonly palette: Palette;
  readonly colour: string;
  /** Whether the server's side is known. */
  readonly traced: boolean;
}
