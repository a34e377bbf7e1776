import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser, flags } from './browser';

const browser = await findBrowser();

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: join(tmpdir(), 'posthorn-e2e'),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  reporter: 'list',
  metadata: { browserOrigin: browser.origin },
  use: {
    baseURL: process.env['POSTHORN_E2E_URL'] ?? 'http://127.0.0.1:8000',
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: browser.executablePath,
      args: flags,
      chromiumSandbox: false,
      env: { ...(process.env as Record<string, string>), ...browser.env },
    },
  },
});
