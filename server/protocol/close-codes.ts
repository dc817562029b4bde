// The WebSocket close codes that the lab's server sends, RFC 6455 section 7.4 and the IANA registry.

export const CLOSE_CODES = {
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
} as const;

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];

/** Sections 7.4.1 and 7.4.2, and the IANA registry for 1012 to 1014; 1004, 1005, 1006 and 1015 are never sent. */
export function isSendableCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
}
