// Text of others, such as a server's error that --target names, or a run file's: on its way to a terminal and into files.

/** Longer than anything that the bench itself says. */
const MOST_CHARACTERS = 1000;
/** Controls (a terminal obeys them), what turns the direction of writing or can't be seen, and the ends of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu;

/** @returns the text in one line that can only be read: what can't be seen is a space, and the rest of 1,000 characters is cut off. */
export function plainText(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return cut.replace(UNSEEN, ' ');
}

/** @returns a copy of what JSON can say, all texts in it plain. */
export function plainTexts<T>(value: T): T {
  return plain(value) as T;
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plainText(key), plain(inner)]));
}
