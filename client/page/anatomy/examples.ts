// Example texts of an exact number of bytes, one for each of the three forms of a frame's length.

/** 10 bytes, and not 10 characters: the last one takes four. */
const SHORT = 'Hello 😀';
const SENTENCE = 'A frame says how long it is before it says anything else. ';

/** @returns a text of so many bytes of UTF-8. */
export function exampleText(bytes: number): string {
  if (bytes === 10) return SHORT;
  return SENTENCE.repeat(Math.ceil(bytes / SENTENCE.length))
    .slice(0, bytes - 1)
    .concat('.');
}
