// A tab's identity, kept in a storage that others may have written to.
import { describe, expect, it } from 'vitest';
import { createClientId, createIdentity } from './identity.ts';
import type { TabStorage } from './tab-storage.ts';

function fakeStorage(): TabStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

const ada = { uid: 'u1', name: 'Ada', token: 't1' };
const grace = { uid: 'u2', name: 'Grace', token: 't2' };

describe('identity', () => {
  it('is nobody at first', () => {
    const identity = createIdentity(fakeStorage());
    expect(identity.joined).toBeNull();
    expect(identity.isOwn('u1')).toBe(false);
  });

  it('outlives a reload, and knows its earlier uids as its own', () => {
    const storage = fakeStorage();
    const first = createIdentity(storage);
    first.keep(ada);
    first.keep(grace);
    const reloaded = createIdentity(storage);
    expect(reloaded.joined).toEqual(grace);
    expect([reloaded.isOwn('u1'), reloaded.isOwn('u2'), reloaded.isOwn('u3')]).toEqual([true, true, false]);
  });

  it.each(['', 'not JSON', '{"uid":1}', '[]', 'null'])('takes a stored %j for nobody', (text) => {
    const storage = fakeStorage();
    storage.setItem('transport-lab.joined', text);
    storage.setItem('transport-lab.own-uids', text);
    expect(createIdentity(storage).joined).toBeNull();
  });

  it('gives each client an id of its own that the protocol takes', () => {
    const ids = Array.from({ length: 100 }, createClientId);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });
});
