// What the text of a bench's message says, so that whoever receives it knows by itself how late it is.

/** Where a message belongs in the schedule. */
export interface Mark {
  /** Its place in the schedule. */
  readonly index: number;
  /** When it was to be sent, on the bench's clock, in ms. */
  readonly intendedAt: number;
}

/**
 * The time is written in full: rounded, a message at an edge of the measured window could change sides.
 *
 * @param tag of this round: a room may hold messages of other rounds, or of other people.
 */
export function markedText(tag: string, { index, intendedAt }: Mark, textBytes: number): string {
  return `${tag} ${index} ${intendedAt} `.padEnd(textBytes, '.');
}

/** @returns null where the text is not one of this tag's. */
export function readMark(tag: string, text: string): Mark | null {
  if (!text.startsWith(tag) || text[tag.length] !== ' ') return null;
  const indexFrom = tag.length + 1;
  const timeFrom = text.indexOf(' ', indexFrom) + 1;
  const timeTo = text.indexOf(' ', timeFrom);
  if (timeFrom === 0 || timeTo === -1) return null;
  return { index: Number(text.slice(indexFrom, timeFrom - 1)), intendedAt: Number(text.slice(timeFrom, timeTo)) };
}
