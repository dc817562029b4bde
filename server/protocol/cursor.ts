// A cursor, `<epoch>.<seq>`, says: "I have everything of this epoch up to and including this seq."

export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

const CURSOR_PATTERN = /^([A-Za-z0-9_-]{1,32})\.(\d{1,16})$/;

/** @returns the cursor, or null where the text is none (malformed, or a seq above 2^53−1). */
export function parseCursor(text: string): Cursor | null {
  const match = CURSOR_PATTERN.exec(text);
  if (match === null) return null;
  const seq = Number(match[2]);
  return Number.isSafeInteger(seq) ? { epoch: match[1] as string, seq } : null;
}

export function formatCursor(epoch: string, seq: number): string {
  return `${epoch}.${seq}`;
}
