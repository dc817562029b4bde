// What is kept of a request must not keep the request: a part of a string holds on to all of it, in V8.

/** @returns the same text, of ASCII, in memory of its own. */
export function keptText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
