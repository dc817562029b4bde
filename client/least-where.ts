// Where something begins to hold: a root, found by halving the interval in which it lies.

/** They leave nothing of an interval: as many as a number has digits, and some. */
const HALVINGS = 60;

/**
 * @param holds does not hold at `low`, and once it holds, goes on holding up to `high`.
 * @param halvings of the interval; default: as many as a number has digits.
 * @returns the least value between the two for which it holds.
 */
export function leastWhere(
  holds: (value: number) => boolean,
  low: number,
  high: number,
  halvings: number = HALVINGS,
): number {
  let [from, to] = [low, high];
  for (let i = 0; i < halvings; i += 1) {
    const middle = (from + to) / 2;
    if (holds(middle)) to = middle;
    else from = middle;
  }
  return to;
}
