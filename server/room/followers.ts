// Who follows the room, and in which order a batch reaches them: whoever came first would always be served first, and a
// transport whose clients come first would seem the faster one. So each batch begins with another follower.
import type { Renaming } from '../stores/store.ts';
import type { Batch } from './batch.ts';
import type { Follower } from './follower.ts';

/** Steps of this share of a circle never meet, and lie evenly on it however many they are. */
const GOLDEN_SHARE = (Math.sqrt(5) - 1) / 2;

export class Followers {
  /** In the order in which they came; who has left leaves a gap, so that nobody's place moves while a batch goes round. */
  #places: (Follower | undefined)[] = [];
  #gaps = 0;
  /** Where on the circle the next batch begins, from 0 to 1. */
  #turn = 0;
  #serving = 0;

  add(follower: Follower): void {
    follower.place = this.#places.push(follower) - 1;
  }

  /** Who is gone already is no loss. */
  delete(follower: Follower): void {
    if (this.#places[follower.place] !== follower) return;
    this.#places[follower.place] = undefined;
    this.#gaps += 1;
    this.#closeGaps();
  }

  /**
   * Serves all who were there when it began and have not left, each once. Who comes meanwhile catches up by himself: the
   * room's head has moved already.
   */
  onBatch(batch: Batch): void {
    const places = this.#places;
    const end = places.length;
    const first = Math.floor(this.#turn * end);
    this.#turn = (this.#turn + GOLDEN_SHARE) % 1;
    this.#serving += 1;
    try {
      for (let place = first; place < end; place += 1) places[place]?.onBatch(batch);
      for (let place = 0; place < first; place += 1) places[place]?.onBatch(batch);
    } finally {
      this.#serving -= 1;
    }
    this.#closeGaps();
  }

  /** Tells all of them. */
  onRename(renaming: Renaming): void {
    this.#serving += 1;
    try {
      for (const follower of [...this.#places]) follower?.onRename(renaming);
    } finally {
      this.#serving -= 1;
    }
    this.#closeGaps();
  }

  /** Where every other place is one, so that a follower who leaves costs no more than a step of it. */
  #closeGaps(): void {
    if (this.#serving > 0 || this.#gaps * 2 <= this.#places.length) return;
    this.#places = this.#places.filter((follower) => follower !== undefined);
    this.#gaps = 0;
    for (const [place, follower] of this.#places.entries()) (follower as Follower).place = place;
  }
}
