// Reads a JSON body within the protocol's bound.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Gathering } from '../gathering.ts';
import { BODY_BYTES } from '../protocol/limits.ts';
import { sendProblem } from './problems.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Resolves with the parsed body, or with `undefined` where the request was refused (and answered) or its client has
 * gone. Checks media type, encoding and size before it reads; never rejects.
 */
export async function readJson(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding, 'content-length': length } = request.headers;
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    return void sendProblem(response, 'unsupported-media-type', 'the body must be application/json', { close: true });
  }
  if (encoding !== undefined) {
    const detail = `a Content-Encoding such as ${encoding} is not taken: send the body as it is`;
    return void sendProblem(response, 'unsupported-encoding', detail, { close: true });
  }
  if (Number(length ?? 0) > BODY_BYTES) return void tooLarge(response);
  // Only now is the client asked to go on where it waits for that (RFC 9110 section 10.1.1).
  // HTTP/1.0 knows no such thing.
  if (request.headers.expect !== undefined && request.httpVersionMinor > 0) response.writeContinue();
  const bytes = await readBytes(request);
  if (bytes === null) return undefined;
  if (bytes.length > BODY_BYTES) return void tooLarge(response);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return void sendProblem(response, 'invalid-body', 'the body must be JSON in UTF-8');
  }
}

function tooLarge(response: ServerResponse): void {
  sendProblem(response, 'body-too-large', `a body may have at most ${BODY_BYTES} bytes`, { close: true });
}

/** Resolves with the body, cut off soon after the bound; null where the client went away. */
function readBytes(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const body = new Gathering();
    request.on('data', (chunk: Buffer) => {
      body.add(chunk, 0, chunk.length);
      if (body.length > BODY_BYTES) {
        request.removeAllListeners('data');
        resolve(body.take());
      }
    });
    request.on('end', () => resolve(body.take()));
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
  });
}
