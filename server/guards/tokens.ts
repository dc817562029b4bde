// Tokens: an HMAC-SHA256 over uid and name (RFC 2104), so that the server keeps no state of who has joined.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { keptText } from '../kept-text.ts';

export interface Identity {
  readonly uid: string;
  readonly name: string;
}

export interface Tokens {
  /** @returns a new identity and its token; without a name, a guest's. */
  issue(name: string | undefined): Identity & { readonly token: string };
  /** @returns whom the token is for, or null where it is not one of ours. */
  verify(token: string): Identity | null;
}

/** Tokens whose check is remembered, because an HMAC for every publish costs more than the publish. */
const REMEMBERED_TOKENS = 10_000;
/** Characters of a token, at the most: twice what the longest name takes. */
const MOST_TOKEN_CHARACTERS = 512;

export function createTokens(secret: Buffer): Tokens {
  const verified = new Map<string, Identity>();
  const sign = (payload: string) => createHmac('sha256', secret).update(payload).digest('base64url');

  const check = (token: string): Identity | null => {
    if (token.length > MOST_TOKEN_CHARACTERS) return null;
    const [payload, signature, ...rest] = token.split('.');
    if (payload === undefined || signature === undefined || rest.length > 0) return null;
    // Compared as text: base64url can be decoded from many spellings, and one is right.
    const given = Buffer.from(signature);
    const right = Buffer.from(sign(payload));
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const [uid, name] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, string];
    return { uid, name };
  };

  return {
    issue: (wanted) => {
      const uid = `u-${randomBytes(9).toString('base64url')}`;
      const name = wanted ?? `Guest-${randomBytes(2).toString('hex')}`;
      const payload = Buffer.from(JSON.stringify([uid, name])).toString('base64url');
      return { uid, name, token: `${payload}.${sign(payload)}` };
    },
    verify: (token) => {
      const known = verified.get(token);
      if (known !== undefined) return known;
      const identity = check(token);
      if (identity === null) return null;
      if (verified.size >= REMEMBERED_TOKENS) verified.delete(verified.keys().next().value as string);
      verified.set(keptText(token), identity);
      return identity;
    },
  };
}
