// Reads a whole body that arrives in pieces, cut anywhere.

/** Far more than any answer of a lab has. */
const MOST_BYTES = 4 * 1024 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true });

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Resolves with the text. Rejects where the body breaks off, has more than 4 MiB, or is not UTF-8. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`the server sent nonsense: a body of more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  const [first] = chunks;
  if (first === undefined) return '';
  try {
    return decoder.decode(chunks.length === 1 ? first : join(chunks));
  } catch (error) {
    throw new Error('the server sent nonsense: bytes that are not UTF-8', { cause: error });
  }
}
