// The parts beside the stage: where each stands, and what makes it, loaded when the race is there.
import type { MakeRacePart } from './race-part.ts';

export interface RacePartEntry {
  /** The element that it fills, which is hidden until then. */
  readonly mount: string;
  load(): Promise<MakeRacePart>;
}

export const PARTS: readonly RacePartEntry[] = [
  { mount: '[data-race-bet]', load: async () => (await import('./bet/bet-part.ts')).makeBet },
  { mount: '[data-race-charts]', load: async () => (await import('./charts/charts-part.ts')).makeCharts },
  { mount: '[data-race-code]', load: async () => (await import('./code/code-part.ts')).makeCode },
];
