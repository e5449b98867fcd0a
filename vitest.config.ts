import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{policy,drivers,sync,firmware-bridge,gateway,test}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
