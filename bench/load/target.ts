// A lab that somebody else runs, which --target names: whether there is one.
import { errorText } from '../../server/protocol/error-text.ts';
import { attachLab } from './server-under-test.ts';

/** No lab answers there; the message says what was found instead. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/** Resolves where a lab answers there. @throws {TargetError} where none does. */
export async function checkTarget(origin: string): Promise<void> {
  const lab = attachLab(origin);
  try {
    await lab.stats();
  } catch (error) {
    throw new TargetError(`--target: no lab answers at ${origin}: ${errorText(error)}`, { cause: error });
  } finally {
    await lab.stop();
  }
}
