// Rounds of several things in turn, there and back (A B C D, D C B A, …): what drifts over the run, drifts for all alike.

export interface RoundsOptions<One> {
  readonly rounds: number;
  /** What is played, for people. */
  name(one: One): string;
  /** Says what is being done now. */
  progress(step: string): void;
}

/** @returns what each gave, round by round. */
export async function playRounds<One, Result>(
  ones: readonly One[],
  { rounds, name, progress }: RoundsOptions<One>,
  play: (one: One, round: number) => Promise<Result>,
): Promise<Map<One, Result[]>> {
  const results = new Map<One, Result[]>(ones.map((one) => [one, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of round % 2 === 0 ? ones : ones.toReversed()) {
      progress(`round ${round + 1} of ${rounds}, ${name(one)}`);
      results.get(one)?.push(await play(one, round));
    }
  }
  return results;
}
