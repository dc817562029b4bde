import { expect, it } from 'vitest';
import { createStoreTrouble } from './store-trouble.ts';

function troubleAndLog() {
  const lines: unknown[] = [];
  const log = (fields: object) => void lines.push(fields);
  return { lines, trouble: createStoreTrouble({ error: log, warn: log }) };
}

it('a store that fails is told once, and with how many it refused when it works again', () => {
  const { lines, trouble } = troubleAndLog();
  const error = new Error('away');
  for (let times = 0; times < 1000; times += 1) trouble.refused('append', new Error('away'));
  expect(lines).toEqual([{ error, task: 'append' }]);
  trouble.worked('append');
  trouble.worked('append');
  expect(lines.slice(1)).toEqual([{ refused: 1000, task: 'append' }]);
  trouble.refused('append', error);
  expect(lines).toHaveLength(3);
});

it('another reason is told too, and what works at one thing may fail at the other', () => {
  const { lines, trouble } = troubleAndLog();
  trouble.refused('append', new Error('away'));
  trouble.refused('append', new Error('full'));
  trouble.refused('read', new Error('full'));
  trouble.worked('read');
  trouble.refused('append', new Error('full'));
  trouble.worked('append');
  expect(lines).toEqual([
    { error: new Error('away'), task: 'append' },
    { error: new Error('full'), task: 'append' },
    { error: new Error('full'), task: 'read' },
    { refused: 1, task: 'read' },
    { refused: 3, task: 'append' },
  ]);
});
