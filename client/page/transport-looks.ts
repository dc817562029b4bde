// How a transport is called and coloured wherever the page shows one. The colour never stands alone: its name is beside.
import { transportColours } from '../colours.ts';
import type { Transport } from '../transports/transport.ts';
import { fromTemplate } from './dom.ts';

/** What a message's `via` is where any backend pushed it by plain HTTP. */
const PUSHED = 'http';

export interface TransportLooks {
  /** A name for people, of a transport or a message's `via`. */
  label(via: string): string;
  /** Gives the element the transport's colours, as the custom properties `--via` and `--via-ink`. */
  paint(element: HTMLElement, via: string): void;
  /** @returns a new badge: the colour and the label. @param inSentence where it stands within other words. */
  badge(via: string, inSentence?: boolean): HTMLElement;
}

export function createTransportLooks(transports: readonly Transport[]): TransportLooks {
  const indices = new Map(transports.map((transport, index) => [transport.name, index]));

  function label(via: string): string {
    const index = indices.get(via);
    return (index === undefined ? undefined : transports[index]?.label) ?? (via === PUSHED ? 'HTTP push' : via);
  }

  function paint(element: HTMLElement, via: string): void {
    const index = indices.get(via);
    // Without a colour of its own it keeps the style sheet's grey.
    if (index !== undefined) element.style.setProperty('--via', transportColours(via, index));
  }

  return {
    label,
    paint,
    badge(via, inSentence = false) {
      const badge = fromTemplate('badge-template', HTMLElement);
      const words = label(via);
      badge.append(inSentence ? withinSentence(words) : words);
      paint(badge, via);
      return badge;
    },
  };
}

/** @returns a label as it stands within other words: a common noun (Short polling) is small, a name (WebSocket) is not. */
export function withinSentence(label: string): string {
  return / [a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
