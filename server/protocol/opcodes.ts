// What a frame can be, RFC 6455 section 5.2. The other ten of the sixteen opcodes are reserved.

export const OPCODES = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

export type Opcode = (typeof OPCODES)[keyof typeof OPCODES];

export function isControl(opcode: number): boolean {
  return opcode >= OPCODES.close;
}

/** Section 5.5: payload bytes of a close, ping or pong frame, at the most. */
export const CONTROL_PAYLOAD_BYTES = 125;

/** Section 7.4.1: never sent; stands for a close frame that names no code. */
export const NO_CLOSE_CODE = 1005;
/** Section 7.4.1: never sent; stands for an end without a close frame. */
export const ABNORMAL_CLOSURE = 1006;
