// Where a picture comes from.
import type { Run } from '../run/run-file.ts';

/** @returns machine, date and commit in one line. */
export function sourceLine({ environment: { cpu, cores, node, commit, dirty }, startedAt }: Run): string {
  const version = commit === null ? '' : `, commit ${commit.slice(0, 7)}${dirty === true ? ' with changes' : ''}`;
  return `${cpu}, ${cores} cores, Node ${node.replace(/^v/, '')}, ${startedAt.slice(0, 10)}${version}`;
}
