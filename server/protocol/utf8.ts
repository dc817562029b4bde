// UTF-8 lengths without an encoder: this folder sees neither Node nor the DOM.

/** @returns how many bytes of UTF-8 the text takes, or null where it has a lone surrogate and so is not well formed. */
export function utf8Length(text: string): number | null {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else {
      const low = unit < 0xdc00 ? text.charCodeAt(i + 1) : Number.NaN;
      if (!(low >= 0xdc00 && low <= 0xdfff)) return null;
      bytes += 4;
      i += 1;
    }
  }
  return bytes;
}
