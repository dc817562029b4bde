// Publishing, however a draft came: the rate limits, the store, and what is counted.

import type { Identity } from '../guards/tokens.ts';
import { networkOf } from '../http/address.ts';
import type { Lab } from '../lab.ts';
import type { Account } from '../metering/account.ts';
import type { Draft, Receipt } from '../protocol/messages.ts';
import type { ProblemCode } from '../protocol/problems.ts';

export interface Publication {
  readonly identity: Identity;
  readonly draft: Draft;
  /** How it was sent, as the message will say. */
  readonly via: string;
  readonly address: string;
  /** Where it counts as published. */
  readonly account: Account;
}

/** What publishing takes of a lab. */
export type PublishingLab = Pick<Lab, 'publishRates' | 'publishing' | 'store' | 'storeTrouble'>;

export type PublishOutcome =
  | { readonly receipt: Receipt }
  | { readonly code: ProblemCode; readonly detail: string; readonly retryAfterMs?: number };

/** Milliseconds after which a publish may be retried where the store is away. */
const STORE_RETRY_MS = 1000;

/** Resolves once the message is stored, or refused; never rejects. */
export async function publish(
  lab: PublishingLab,
  { identity, draft, via, address, account }: Publication,
): Promise<PublishOutcome> {
  const retryAfterMs = lab.publishRates.uid.take(identity.uid) || lab.publishRates.address.take(networkOf(address));
  if (retryAfterMs > 0) {
    return { code: 'rate-limited', detail: 'too many messages: send fewer a second', retryAfterMs };
  }
  lab.publishing += 1;
  try {
    const { id, text } = draft;
    const result = await lab.store.append({ id, text, from: identity.uid, name: identity.name, via });
    lab.storeTrouble.worked('append');
    if (result.outcome === 'conflict') {
      return { code: 'id-conflict', detail: 'this id is taken by another message: choose a new one' };
    }
    if (!result.receipt.duplicate) account.add('published', 1);
    return { receipt: result.receipt };
  } catch (error) {
    lab.storeTrouble.refused('append', error);
    const detail = 'the message could not be stored, or nobody knows: retry with the same id';
    return { code: 'store-unavailable', detail, retryAfterMs: STORE_RETRY_MS };
  } finally {
    lab.publishing -= 1;
  }
}
