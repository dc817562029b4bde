// Publishing by POST: the way of the three HTTP transports, and of any backend that wants to push into the room.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOf } from '../http/address.ts';
import { readJson } from '../http/body.ts';
import { sendProblem } from '../http/problems.ts';
import { describeIssue } from '../http/schema-problem.ts';
import type { Lab } from '../lab.ts';
import type { Account } from '../metering/account.ts';
import { HTTP } from '../metering/meter.ts';
import { defined } from '../protocol/defined.ts';
import { draftSchema } from '../protocol/messages.ts';
import { type PublishingLab, publish } from './publish.ts';

type PostLab = PublishingLab & Pick<Lab, 'tokens' | 'meter' | 'config'>;

export interface Post {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The sender's claim, one of the transports; null: some backend. */
  readonly via: string | null;
  readonly account: Account;
  /** What is wrong with the query, or null; told after the errors that come before it. */
  readonly problem: string | null;
}

/** Answers a POST that has passed the guards. Resolves when it is answered, or its client has gone; never rejects. */
export async function answerPost(lab: PostLab, { request, response, via, account, problem }: Post): Promise<void> {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const identity = token === undefined ? null : lab.tokens.verify(token);
  if (identity === null) {
    const missing = token === undefined;
    const detail = missing ? 'send "Authorization: Bearer <token>"' : 'this token is not one of ours: join again';
    return sendProblem(response, missing ? 'token-missing' : 'token-invalid', `${detail} (POST /v1/join gives one)`, {
      headers: { 'WWW-Authenticate': missing ? 'Bearer' : 'Bearer error="invalid_token"' },
      close: true,
    });
  }
  const body = await readJson(request, response);
  lab.meter.bodyEnded(request.socket);
  if (body === undefined) return;
  if (problem !== null) return sendProblem(response, 'invalid-parameter', problem);
  const draft = draftSchema.safeParse(body);
  if (!draft.success) return sendProblem(response, 'invalid-body', describeIssue(draft.error));

  const address = addressOf(request, lab.config.trustProxy);
  const outcome = await publish(lab, { identity, draft: draft.data, via: via ?? HTTP, address, account });
  if ('receipt' in outcome) {
    const json = JSON.stringify(outcome.receipt);
    response.writeHead(outcome.receipt.duplicate ? 200 : 201, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(json),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(json);
  } else {
    const { code, detail, retryAfterMs } = outcome;
    sendProblem(response, code, detail, defined({ retryAfterMs }));
  }
}
