// A tab's storage where the browser has none, or has one that is full.
import { describe, expect, it } from 'vitest';
import { createTabStorage } from './tab-storage.ts';

function refuse(): never {
  throw new DOMException('no', 'QuotaExceededError');
}

describe('the tab’s storage', () => {
  it('keeps and gives back', () => {
    const items = new Map<string, string>();
    const storage = createTabStorage(refuse, () => ({
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    }));
    storage.setItem('a', '1');
    expect(storage.getItem('a')).toBe('1');
    storage.removeItem('a');
    expect(storage.getItem('a')).toBeNull();
  });

  it.each([
    ['there is none', refuse],
    ['it throws', () => ({ getItem: refuse, setItem: refuse, removeItem: refuse })],
  ])('never throws where %s, and says so once', (_what, storage) => {
    let told = 0;
    const kept = createTabStorage(() => {
      told += 1;
    }, storage);
    expect(kept.getItem('a')).toBeNull();
    kept.setItem('a', '1');
    kept.removeItem('a');
    expect(told).toBe(1);
  });
});
