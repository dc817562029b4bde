// Links that reopen an example: what stands in the address behind `#anatomy?`.
import type { Sender } from './frame-rules.ts';
import { formatHex } from './hex.ts';

export const VIEW = 'anatomy';
/** Longer examples make no link: addresses of many kilobytes get lost on their way through other programs. */
export const MAX_LINK_CHARACTERS = 8000;

export interface Example {
  /** To be written into the box for texts, and how often it is repeated. */
  readonly text: string | null;
  readonly times: number;
  /** To be written into the box for hex, with who is said to have sent it. */
  readonly hex: string | null;
  readonly from: Sender;
}

export function readExample(parameters: URLSearchParams): Example {
  const times = parameters.get('times') ?? '';
  return {
    text: parameters.get('text'),
    times: /^[1-9]\d{0,7}$/.test(times) ? Number(times) : 1,
    hex: parameters.get('hex'),
    from: parameters.get('from') === 'server' ? 'server' : 'client',
  };
}

/** @returns the link, to be resolved against the page's own address; null where it would be too long. */
export function hexLink(bytes: Uint8Array, from: Sender): string | null {
  // What can't fit need not be written out.
  return bytes.length > MAX_LINK_CHARACTERS ? null : link({ hex: formatHex(bytes, ''), from });
}

/** @returns as above. */
export function textLink(text: string, times: number): string | null {
  if (text.length > MAX_LINK_CHARACTERS) return null;
  return link({ text, ...(times === 1 ? {} : { times: String(times) }) });
}

function link(parameters: Record<string, string>): string | null {
  const href = `#${VIEW}?${new URLSearchParams(parameters)}`;
  return href.length > MAX_LINK_CHARACTERS ? null : href;
}
