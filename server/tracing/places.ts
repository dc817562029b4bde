// So many places, of which nobody can take the last: whoever comes when all are taken gets the place of the one that
// was used the longest ago.

export interface Places<T> {
  take(one: T): void;
  /** It was used just now. */
  use(one: T): void;
  leave(one: T): void;
  readonly taken: ReadonlySet<T>;
}

/** `end`: called with the one that loses its place. */
export function createPlaces<T>(most: number, end: (one: T) => void): Places<T> {
  // In the order of their last use.
  const taken = new Set<T>();
  return {
    taken,
    take: (one) => {
      const [oldest] = taken;
      if (oldest !== undefined && taken.size >= most) {
        taken.delete(oldest);
        end(oldest);
      }
      taken.add(one);
    },
    use: (one) => {
      if (taken.delete(one)) taken.add(one);
    },
    leave: (one) => void taken.delete(one),
  };
}
