// Where the client's own suites make Node's environment, they get this one: it is to pass all that Node's passes,
// against real servers.
import { expect, test, vi } from 'vitest';
import '../../client/transports/conformance.test.ts';
import '../../client/transports/env-node.test.ts';
import type * as envNode from '../../client/transports/env-node.ts';
import { createRawEnv } from './raw-env.ts';

const made = vi.hoisted(() => ({ environments: 0 }));

vi.mock('../../client/transports/env-node.ts', async (importOriginal) => {
  const original = await importOriginal<typeof envNode>();
  let underneath = false;
  return {
    createNodeEnv(options: envNode.NodeEnvOptions) {
      // It makes one of Node's itself, for WebSockets.
      if (underneath) return original.createNodeEnv(options);
      underneath = true;
      made.environments += 1;
      try {
        return createRawEnv(options);
      } finally {
        underneath = false;
      }
    },
  };
});

test('the suites ran over this environment', () => {
  expect(made.environments).toBeGreaterThan(100);
});
