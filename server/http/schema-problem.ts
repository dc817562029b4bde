// What a schema found wrong, as one sentence for people.
import type * as z from 'zod/mini';

export function describeIssue({ issues }: z.core.$ZodError): string {
  const issue = issues[0];
  if (issue === undefined) return 'the body is not of the right form';
  const where = issue.path.length === 0 ? 'the body' : `"${issue.path.join('.')}"`;
  return `${where}: ${issue.message}`;
}
