// Work that can wait for its turn: little of it in one turn of the event loop, so that a turn stays short however many
// connections have some. libuv accepts one connection in a turn: who is new waits for as many turns as are before it.

/** Pieces of work in one turn at the most, and the milliseconds after which no other one is begun. */
const MOST_AT_ONCE = 4;
const MOST_MS = 2;

const waiting: (() => void)[] = [];

/** Does it in the next turn, or in one of those after it where others came before. */
export function inTurn(work: () => void): void {
  if (waiting.push(work) === 1) setImmediate(doSome);
}

function doSome(): void {
  const until = performance.now() + MOST_MS;
  let done = 0;
  do {
    waiting[done]?.();
    done += 1;
  } while (done < Math.min(MOST_AT_ONCE, waiting.length) && performance.now() < until);
  waiting.splice(0, done);
  if (waiting.length > 0) setImmediate(doSome);
}
