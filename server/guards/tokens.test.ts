import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTokens } from './tokens.ts';

describe('tokens', () => {
  test('are verified as whom they were issued to, again and again', () => {
    const tokens = createTokens(randomBytes(32));
    const { uid, name, token } = tokens.issue('Ünï "🙂"');
    for (let i = 0; i < 3; i += 1) expect(tokens.verify(token)).toEqual({ uid, name });
    expect(name).toBe('Ünï "🙂"');
  });

  test('are verified by any server with the same secret, and by no other', () => {
    const secret = randomBytes(32);
    const { uid, token } = createTokens(secret).issue('Ada');
    expect(createTokens(Buffer.from(secret)).verify(token)).toEqual({ uid, name: 'Ada' });
    expect(createTokens(randomBytes(32)).verify(token)).toBeNull();
  });

  test('give everyone a uid of their own, and a guest a name', () => {
    const tokens = createTokens(randomBytes(32));
    const guests = Array.from({ length: 100 }, () => tokens.issue(undefined));
    expect(new Set(guests.map(({ uid }) => uid)).size).toBe(100);
    for (const { name } of guests) expect(name).toMatch(/^Guest-[0-9a-f]{4}$/);
  });

  test('can’t be changed: neither whom they are for nor their signature', () => {
    const tokens = createTokens(randomBytes(32));
    const { token } = tokens.issue('Ada');
    const other = tokens.issue('Bob').token;
    const [payload = '', signature = ''] = token.split('.');
    const forged = Buffer.from(JSON.stringify(['u-1', 'Ada'])).toString('base64url');
    const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    for (const wrong of [
      `${forged}.${signature}`,
      `${payload}.${flipped}`,
      `${payload}.${other.split('.')[1]}`,
      `${payload}.`,
      payload,
      `.${signature}`,
      `${token}.${signature}`,
      '',
      '.',
      '..',
      'é.é',
    ]) {
      expect(tokens.verify(wrong), wrong).toBeNull();
    }
    expect(tokens.verify(token)).not.toBeNull();
  });

  test('have one spelling: no padding, nothing behind it, no other last character, no other alphabet', () => {
    const tokens = createTokens(Buffer.alloc(32, 7));
    const { token } = tokens.issue('Ada');
    const [payload = '', signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=']
      .map((last) => `${payload}.${signature.slice(0, -1)}${last}`)
      .concat(`${token}=`, `${token}==`, `${token}~`, `${token}\u00e9`, `${payload}.${bytes.toString('base64')}`)
      .concat(`${payload}=.${signature}`, `${payload}.=${signature}`, `${payload}.${signature}${'='.repeat(10_000)}`)
      .filter((spelling) => spelling !== token);
    for (const spelling of spellings) expect(tokens.verify(spelling), spelling.slice(0, 200)).toBeNull();
    expect(tokens.verify(token)).not.toBeNull();
  });

  test('fit into a header', () => {
    const { token } = createTokens(randomBytes(32)).issue('汉'.repeat(32));
    expect(token).toMatch(/^[A-Za-z0-9_.-]+$/);
    expect(token.length).toBeLessThan(300);
  });
});
