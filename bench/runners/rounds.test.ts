import { expect, it } from 'vitest';
import { playRounds } from './rounds.ts';

it('goes there and back, says where it is, and gives each its rounds', async () => {
  const said: string[] = [];
  const options = { rounds: 2, name: (one: string) => one.toUpperCase(), progress: (step: string) => said.push(step) };
  const results = await playRounds(['a', 'b'], options, async (one, round) => `${one}${round}`);
  expect(said).toEqual(['round 1 of 2, A', 'round 1 of 2, B', 'round 2 of 2, B', 'round 2 of 2, A']);
  expect([...results]).toEqual([
    ['a', ['a0', 'a1']],
    ['b', ['b0', 'b1']],
  ]);
});
