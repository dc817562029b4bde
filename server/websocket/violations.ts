// Every way in which a client's frames can break the rules, or go beyond what is accepted here.
import { CLOSE_CODES, type CloseCode } from '../protocol/close-codes.ts';
import { FRAME_RULES } from '../protocol/frame-rules.ts';

interface Violation {
  readonly closeCode: CloseCode;
  /** Of RFC 6455. */
  readonly section: string;
}

/** By the name that is sent as the close frame's reason. */
export const VIOLATIONS = {
  ...FRAME_RULES,
  'message-too-big': { closeCode: CLOSE_CODES.messageTooBig, section: '10.4' },
  'too-many-fragments': { closeCode: CLOSE_CODES.policyViolation, section: '10.4' },
} as const satisfies Record<string, Violation>;

export type ViolationCode = keyof typeof VIOLATIONS;
