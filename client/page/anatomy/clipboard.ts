// Copies text for the reader, and says whether it worked.

/** Resolves with what to tell the reader; never rejects. */
export async function copyText(text: string, done: string): Promise<string> {
  // The types promise it always; browsers have it in secure contexts only.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard === undefined) return 'The browser lets pages copy only over HTTPS or from loopback.';
  try {
    await clipboard.writeText(text);
    return done;
  } catch {
    return 'The browser did not allow it.';
  }
}
