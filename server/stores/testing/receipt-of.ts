import type { Receipt } from '../../protocol/messages.ts';
import type { AppendResult } from '../store.ts';

/** @throws where nothing was stored. */
export function receiptOf(result: AppendResult): Receipt {
  if (result.outcome !== 'stored') throw new Error('there was a conflict');
  return result.receipt;
}
