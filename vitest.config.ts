import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,client,bench}/**/*.test.ts'],
    // Most of a test's time is waiting, for a browser or a timer: one worker would leave two cores idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['client/testing/global-setup.ts'],
    reporters: process.env['CI'] === undefined ? ['default'] : ['verbose'],
  },
});
