import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { chromium as bundled } from '@playwright/test';

export interface FoundBrowser {
  executablePath: string;
  /** Where it was found, for the line that says what the story ran on. */
  origin: string;
  env: Record<string, string>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** The npm package brings a browser and, for systems without a desktop, the libraries that it needs. */
async function fromPackage(): Promise<FoundBrowser> {
  // Read when the package is loaded: it unpacks the libraries only where it believes them to be missing.
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs22.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  const executablePath = await packaged.executablePath();
  const libraries = join(tmpdir(), 'al2023', 'lib');
  return {
    executablePath,
    origin: 'the npm package @sparticuz/chromium',
    env: {
      LD_LIBRARY_PATH: [libraries, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter),
    },
  };
}

export async function findBrowser(): Promise<FoundBrowser> {
  const named = process.env['POSTHORN_BROWSER'];
  if (named) return { executablePath: named, origin: 'POSTHORN_BROWSER', env: {} };
  const installed = onPath();
  if (installed) return { executablePath: installed, origin: 'PATH', env: {} };
  const own = bundled.executablePath();
  if (existsSync(own)) return { executablePath: own, origin: 'Playwright', env: {} };
  return fromPackage();
}

export const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
