// Counts the messages in bytes of any of the transports, however they are cut, and reads nothing else of them.

/** Each message has this once, in its JSON; within a text the quotes would be escaped. */
const MARK = Buffer.from('"seq":');

export interface MessageCounter {
  /** Takes the next bytes, which may be overwritten afterwards. @returns how many messages have begun in them. */
  feed(bytes: Buffer): number;
}

/** For one connection: what is cut between two pieces counts in the second. */
export function createMessageCounter(): MessageCounter {
  /** How much of the mark the bytes so far end with. */
  let begun = 0;

  /** @returns whether the mark that was begun goes on with these bytes, as far as they go. */
  function endsCut(bytes: Buffer): boolean {
    const rest = MARK.subarray(begun);
    const length = Math.min(rest.length, bytes.length);
    return rest.compare(bytes, 0, length, 0, length) === 0;
  }

  return {
    feed(bytes) {
      let count = 0;
      if (begun > 0 && endsCut(bytes)) {
        begun += bytes.length;
        if (begun < MARK.length) return 0;
        count = 1;
      }
      for (let at = bytes.indexOf(MARK); at !== -1; at = bytes.indexOf(MARK, at + MARK.length)) count += 1;
      begun = endOf(bytes);
      return count;
    },
  };
}

/** @returns how much of the mark the bytes end with, short of all of it. */
function endOf(bytes: Buffer): number {
  // Only its first character is a quote that more of it may follow.
  for (let length = Math.min(MARK.length - 1, bytes.length); length > 0; length -= 1) {
    if (MARK.compare(bytes, bytes.length - length, bytes.length, 0, length) === 0) return length;
  }
  return 0;
}
