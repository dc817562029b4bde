// The stage's colours, as the style sheet has them now: dark, light, or the system's own.

import { transportColours } from '../../../colours.ts';
import { transports } from '../../../transports/index.ts';

export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly ground: string;
  readonly warn: string;
  readonly bad: string;
  readonly band: string;
  readonly lanes: ReadonlyMap<string, string>;
}

export function readPalette(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  // With few colours, none of the transports' is among them: what they are is told by shape and place.
  const own = read('--stage-lane');
  return {
    ink: read('--ink'),
    faint: read('--ink-3'),
    line: read('--line'),
    ground: read('--surface'),
    warn: read('--warn'),
    bad: read('--bad'),
    band: read('--stage-band'),
    lanes: new Map(transports.map(({ name }, index) => [name, own === '' ? transportColours(name, index) : own])),
  };
}
