// Errors as `application/problem+json` (RFC 9457), each with a stable `code` that programs may rely on.

/** Every code, with the HTTP status that it always comes with. */
export const PROBLEM_STATUS = {
  'malformed-request': 400,
  'invalid-parameter': 400,
  'invalid-body': 400,
  'unsupported-subprotocol': 400,
  'token-missing': 401,
  'token-invalid': 401,
  'origin-not-allowed': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'request-timeout': 408,
  'id-conflict': 409,
  'already-authenticated': 409,
  'precondition-failed': 412,
  'body-too-large': 413,
  'target-too-long': 414,
  'unsupported-media-type': 415,
  'unsupported-encoding': 415,
  'range-not-satisfiable': 416,
  'expectation-failed': 417,
  'host-not-allowed': 421,
  'upgrade-required': 426,
  'rate-limited': 429,
  'head-too-large': 431,
  'internal-error': 500,
  'too-many-races': 503,
  'too-many-connections': 503,
  'shutting-down': 503,
  'store-unavailable': 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** The body of an error. `type` is `about:blank`, so `title` is the status's own phrase. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  /** What was wrong, and what would be right. */
  readonly detail: string;
}
