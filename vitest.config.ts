import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,client,bench}/**/*.test.ts'],
    // Most of a test's time is waiting, for a browser or a timer: two workers leave half of two cores idle.
    maxWorkers: Math.max(3, availableParallelism()),
    // Patience, not limits of speed: what is awaited comes, on a machine with other work too.
    testTimeout: 150_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    globalSetup: ['client/testing/global-setup.ts'],
    reporters: process.env['CI'] === undefined ? ['default'] : ['verbose'],
  },
});
