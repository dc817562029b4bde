// The verdicts as sentences, for wherever a run is told.
import type { ClaimResult, ScenarioResult } from '../../run/run-file.ts';
import type { Finding } from '../contest.ts';
import { claimOf } from './claims.ts';
import { type Judged, judge } from './verdict.ts';

/** @returns what the claim comes to; null where this bench does not know it. */
export function judgedClaim(result: ClaimResult): Judged | null {
  const claim = claimOf(result.claim);
  return claim === undefined ? null : judge(result, claim.judgement);
}

/** @returns a sentence for each claim that the scenario repeated. */
export function claimFindings({ claims = [] }: ScenarioResult): Finding[] {
  return claims.flatMap((result) => {
    const [claim, judged] = [claimOf(result.claim), judgedClaim(result)];
    if (claim === undefined || judged === null) return [];
    const sentence = verdictSentence(judged);
    return [
      {
        about: `Claim ${result.claim}`,
        text: `${claim.title}? ${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`,
      },
    ];
  });
}

/** @returns verdict and reason: `holds only if messages are rare.`, `not reproduced: both are alike.` */
export function verdictSentence({ verdict, because }: Judged): string {
  return `${verdict}${verdict === 'holds only if' ? '' : ':'} ${because}.`;
}
