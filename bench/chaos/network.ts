// What became of connections on several networks, added up.
import type { NetworkCounts } from '../load/impaired.ts';

export function addCounts(all: readonly NetworkCounts[]): NetworkCounts {
  const sum = (count: (one: NetworkCounts) => number) => all.reduce((total, one) => total + count(one), 0);
  return {
    connections: sum((one) => one.connections),
    refused: sum((one) => one.refused),
    cuts: sum((one) => one.cuts),
    halfCloses: sum((one) => one.halfCloses),
  };
}
