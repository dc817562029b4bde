// A real browser for a test file: started once, with one context (its own cookies and storage) for every visitor.
import type { Browser, Page } from 'playwright-core';
import { inject } from 'vitest';
import { launch } from './try-browser.ts';

const found = inject('browser');

/** Why browser tests can't run here, or null. */
export const browserMissing: string | null = 'missing' in found ? found.missing : null;

export function startBrowser(): Promise<Browser> {
  if ('missing' in found) throw new Error(found.missing);
  return launch(found);
}

export interface Visitor {
  readonly page: Page;
  /** What the page complained of: errors, and what the Content-Security-Policy refused. */
  readonly complaints: readonly string[];
}

/** Resolves when the page is loaded. */
export async function visit(browser: Browser, url: string): Promise<Visitor> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}
