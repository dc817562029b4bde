// The transports' colours, the same in the page, the charts and the docs. The hues are those of Okabe and Ito, which
// colour-blind people can tell apart, with the orange darkened: each has a contrast of 3:1 or more on white and on the
// dark ground, as WCAG 2.2 section 1.4.11 asks of graphics.

const COLOURS: ReadonlyMap<string, string> = new Map([
  ['short-polling', '#c77700'],
  ['long-polling', '#009e73'],
  ['sse', '#0072b2'],
  ['websocket', '#cc79a7'],
]);

/** For transports that have no colour of their own yet. */
const MORE_COLOURS = ['#d55e00', '#7a7fd6', '#8a8f1e', '#8d8d8d'] as const;

/**
 * @param name the transport.
 * @param index its place in the list of transports: chooses the colour of one that has none of its own.
 * @returns a colour as `#rrggbb`, to be used on a light or a dark ground alike.
 */
export function transportColours(name: string, index: number): string {
  return COLOURS.get(name) ?? (MORE_COLOURS[Math.max(0, index - COLOURS.size) % MORE_COLOURS.length] as string);
}
