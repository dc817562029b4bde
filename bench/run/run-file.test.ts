import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { ledgerCloses, parseRunFile, runFileText, runSchemaText } from './run-file.ts';

describe('the run file', () => {
  it('results/schema.json is the schema of the code (npm run docs writes it anew)', () => {
    expect(readFileSync(join(packageRoot(), 'results/schema.json'), 'utf8')).toBe(runSchemaText());
  });

  it('is read back as it was written', () => {
    const run = sampleRun();
    expect(parseRunFile(runFileText(run))).toEqual(run);
  });

  it('is refused with the reason where it has what the schema does not know', () => {
    expect(() => parseRunFile(runFileText({ ...sampleRun(), surprise: 1 } as never))).toThrow(/surprise/);
  });
});

it('a ledger closes only where nothing is missing, duplicated or out of order', () => {
  const lane = { transport: 'sse', rounds: 1, warnings: [] };
  expect(ledgerCloses(lane)).toBe(true);
  expect(ledgerCloses({ ...lane, missing: 1 })).toBe(false);
  expect(ledgerCloses({ ...lane, duplicated: 1 })).toBe(false);
  expect(ledgerCloses({ ...lane, outOfOrder: 1 })).toBe(false);
});
