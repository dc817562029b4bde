// Which texts show something: by Unicode's White_Space, Default_Ignorable_Code_Point (zero-width, fillers, marks of
// direction) and Cc, and three kinds that are in neither of them and leave no ink all the same.

/** The blank Braille pattern, and the marks of interlinear annotation. */
const UNSEEN = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\ufff9-\ufffb]*$/u;

/** @returns whether a reader would see anything of the text. */
export function isVisible(text: string): boolean {
  return !UNSEEN.test(text);
}
