// Requests that never become one: what Node's parser refuses, and what takes too long to arrive.
import type { Socket } from 'node:net';
import { HEAD_BYTES } from '../protocol/limits.ts';
import type { ProblemCode } from '../protocol/problems.ts';
import { asksForHtml } from './error-page.ts';
import type { Lingering } from './lingering.ts';
import { answerUnderWay, type Pipeline } from './pipeline.ts';
import { rawProblem } from './problems.ts';

export const HEAD_TOO_LARGE: string =
  `a request’s head may have at most ${HEAD_BYTES} bytes. In a browser it is cookies that fill it, and those of other ` +
  'programs on this host, whatever their port, come along: delete the cookies of this address in the browser’s ' +
  'settings, or open the lab under another name, such as localhost instead of 127.0.0.1';

const CLIENT_ERRORS: Readonly<Record<string, { code: ProblemCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'head-too-large', detail: HEAD_TOO_LARGE },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request-timeout', detail: 'the request took too long to arrive' },
};
const MALFORMED = { code: 'malformed-request', detail: 'this is not a well-formed HTTP/1.1 request' } as const;

/** An error of Node's parser has the bytes that it was parsing. */
interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

/** @returns what answers a server's `clientError` event, after the answers to the requests before it. */
export function createClientErrors(
  pipeline: Pipeline,
  lingering: Pick<Lingering, 'has'>,
): (error: ParserError, socket: Socket) => void {
  // Whatever else comes there is an error again.
  const refused = new WeakSet<Socket>();

  return (error, socket) => {
    // Nobody is told of anything there any more.
    if (lingering.has(socket)) return;
    const before = pipeline.lastUnanswered(socket);
    const underWay = answerUnderWay(socket);
    // It waits for others, which may never end, and has no place yet for an answer.
    const isBehind = before !== null && before !== underWay;
    // The end of a client's side cuts off its last request; answers before it that are still to come may never end.
    if (socket.readableEnded && (isBehind || before?.req.complete)) return socket.destroySoon();
    if (refused.has(socket)) return;
    // Where the client is gone there is nobody to tell.
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    if (isBehind && !before.req.complete) return void socket.destroy();
    // Where an answer has begun and goes on, a second one would pass for part of it.
    if (underWay?.headersSent && !(before?.req.complete && underWay.writableEnded)) return void socket.destroy();
    const { code, detail } = CLIENT_ERRORS[error.code ?? ''] ?? MALFORMED;
    // There is no request to look at, but mostly its bytes; browsers send what they accept before their cookies.
    const accept = /^accept:(.*)$/im.exec(error.rawPacket?.toString('latin1') ?? '')?.[1];
    const problem = rawProblem(code, detail, asksForHtml(accept?.trim()));
    const refuse = () => {
      socket.end(problem);
      socket.destroySoon();
    };
    refused.add(socket);
    if (before?.req.complete) before.once('finish', () => void (socket.writable && refuse()));
    else refuse();
  };
}
