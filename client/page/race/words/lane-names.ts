// What the four are called in sentences and on axes.
import { transports } from '../../../transports/index.ts';
import { withinSentence } from '../../transport-looks.ts';

/** As the page calls it: `Long polling`. */
export function laneLabel(name: string): string {
  return transports.find((transport) => transport.name === name)?.label ?? name;
}

/** Within a sentence: `long polling`, `Server-Sent Events`. */
export function laneInWords(name: string): string {
  return withinSentence(laneLabel(name));
}

/** @returns `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** @returns the text with its first letter large. */
export function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
