// What outlives a reload of this tab. Where the browser keeps nothing (private windows, a full quota, a setting), all
// works as ever, unsaved.

/** Never throws. */
export interface TabStorage {
  /** @returns what is kept there, or null. */
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** @param unsaved called once, when something could not be kept. */
export function createTabStorage(unsaved: () => void, storage: () => TabStorage = () => sessionStorage): TabStorage {
  let told = false;

  /** The browser's settings decide whether there is a storage at all, its quota whether it takes something. */
  function use<T>(act: (storage: TabStorage) => T): T | null {
    try {
      return act(storage());
    } catch {
      if (!told) unsaved();
      told = true;
      return null;
    }
  }

  return {
    getItem: (key) => use((kept) => kept.getItem(key)),
    setItem: (key, value) => void use((kept) => kept.setItem(key, value)),
    removeItem: (key) => void use((kept) => kept.removeItem(key)),
  };
}
