// What a command of ours prints, and to whom.

/** Whoever reads our output may go away before us (`… | head -1`): what is being done goes on, and is not read. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Resolves once standard output has taken all that was written to it, or will take nothing any more. */
export function outputTaken(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write('', () => resolve());
  });
}
