// What went wrong, in words: whatever was thrown, as people and logs are told it.

/** @returns the error's message, or the text of what was thrown in an error's place. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
