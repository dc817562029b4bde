import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeIssue } from '../http/schema-problem.ts';
import { projectRoot } from '../project-root.ts';
import { impairmentsSchema, toConditions } from './impairments.ts';

function problemOf(value: unknown): string {
  const given = impairmentsSchema.safeParse(value);
  if (given.success) throw new Error(`was accepted: ${JSON.stringify(value)}`);
  return describeIssue(given.error);
}

describe('impairments', () => {
  it('impair nothing where they are empty', () => {
    const unimpaired = {
      delayMs: 0,
      jitterMs: 0,
      bytesPerSecond: Number.POSITIVE_INFINITY,
      trickleIntervalMs: null,
      cutAfterBytes: Number.POSITIVE_INFINITY,
      halfCloseAfterBytes: Number.POSITIVE_INFINITY,
    };
    expect(toConditions(impairmentsSchema.parse({}))).toEqual({
      clientToServer: unimpaired,
      serverToClient: unimpaired,
      holdAnswers: false,
      idleCutMs: null,
      cutMeanMs: Number.POSITIVE_INFINITY,
      blackhole: false,
      refuse: false,
      connectRoundTrip: false,
    });
  });

  it('take everything at once, fractions of milliseconds too', () => {
    const direction = {
      delayMs: 2.5,
      jitterMs: 0.25,
      bytesPerSecond: 1000.5,
      trickleIntervalMs: 0,
      cutAfterBytes: 0,
      halfCloseAfterBytes: 7,
    };
    const all = {
      clientToServer: direction,
      serverToClient: { ...direction, holdAnswers: true },
      cutMeanMs: 1000,
      idleCutMs: 15_000,
      blackhole: true,
      refuse: true,
      connectRoundTrip: true,
      seed: 4_294_967_295,
    };
    expect(impairmentsSchema.parse(all)).toEqual(all);
  });

  it.each([
    [[], 'the body: must be an object: it may have clientToServer'],
    [null, 'must be an object'],
    [{ delayMs: 5 }, 'may have clientToServer, serverToClient'],
    [{ serverToClient: { delay: 5 } }, 'not delay'],
    [{ serverToClient: { delay: 5 } }, '"serverToClient": may have delayMs, jitterMs'],
    [{ serverToClient: 5 }, '"serverToClient": must be an object: it may have delayMs'],
    [{ serverToClient: { delayMs: -1 } }, '"serverToClient.delayMs": must be a number from 0 to 60000, in ms'],
    [{ clientToServer: { delayMs: 60_000.5 } }, '"clientToServer.delayMs": must be a number from 0 to 60000, in ms'],
    [{ clientToServer: { jitterMs: '5' } }, '"clientToServer.jitterMs": must be a number from 0 to 60000, in ms'],
    [{ clientToServer: { bytesPerSecond: 0 } }, 'must be a number from 1 to 1000000000, in bytes a second'],
    [{ clientToServer: { trickleIntervalMs: true } }, '"clientToServer.trickleIntervalMs": must be a number from 0'],
    [{ serverToClient: { cutAfterBytes: 1.5 } }, 'must be a whole number from 0 to 1000000000000 (bytes)'],
    [{ serverToClient: { halfCloseAfterBytes: null } }, 'must be a whole number from 0 to 1000000000000 (bytes)'],
    [{ cutMeanMs: 0 }, '"cutMeanMs": must be a number from 1 to 3600000, in ms'],
    [{ blackhole: 1 }, '"blackhole": must be true or false'],
    [{ refuse: 'yes' }, '"refuse": must be true or false'],
    [{ connectRoundTrip: 0 }, '"connectRoundTrip": must be true or false'],
    [{ seed: -1 }, '"seed": must be a whole number from 0 to 4294967295'],
  ])('of the wrong form are refused with what would be right: %j', (value, right) => {
    expect(problemOf(value)).toContain(right);
  });
});

describe('docs/network.md', () => {
  const text = readFileSync(join(projectRoot(), 'docs/network.md'), 'utf8');

  it('shows only impairments that are taken', () => {
    const examples = [...text.matchAll(/(?:-d|--impairments) '(\{.*?\})'|^\| `(\{".*?\})` \|/gms)];
    expect(examples.length).toBeGreaterThan(5);
    for (const [, inShell, inTable] of examples) {
      const json: unknown = JSON.parse(inShell ?? inTable ?? '');
      expect(impairmentsSchema.safeParse(json).success, inShell ?? inTable).toBe(true);
    }
  });

  it('explains every member', () => {
    const { clientToServer, ...others } = toConditions({});
    for (const member of [...Object.keys(clientToServer), ...Object.keys(others), 'clientToServer', 'seed']) {
      expect(text).toContain(`\`${member}\``);
    }
  });
});
