import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,client,bench}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['client/testing/global-setup.ts'],
    reporters: process.env['CI'] === undefined ? ['default'] : ['verbose'],
  },
});
