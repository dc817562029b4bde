// Bounds for the bodies that the lab's controls take; an error says what would be right.
import * as z from 'zod/mini';

export function numberWithin(min: number, max: number, unit: string) {
  const right = `must be a number from ${min} to ${max}, in ${unit}`;
  return z.number(right).check(z.refine((value) => value >= min && value <= max, right));
}

/** @param unit stands behind the bounds, as ` (ms)`. */
export function wholeNumberWithin(min: number, max: number, unit: string) {
  const right = `must be a whole number from ${min} to ${max}${unit}`;
  const fits = (value: number) => Number.isInteger(value) && value >= min && value <= max;
  return z.number(right).check(z.refine(fits, right));
}

export function onOrOff() {
  return z.boolean('must be true or false');
}

/** An object that may have these members and no others, because a misspelt one would be none. */
export function only<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const takes = `may have ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `${takes}; not ${issue.keys.join(', ')}` : `must be an object: it ${takes}`,
  });
}
