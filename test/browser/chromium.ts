import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];
/** A test browser has nobody to call home to. */
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A headless Chromium: the installed one, else the one that comes with npm (`@sparticuz/chromium`). */
export async function launchChromium(): Promise<Browser> {
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) {
    return chromium.launch({ executablePath: installed, args: ['--no-sandbox', ...QUIET] });
  }
  // makes the package unpack the libraries that a bare Debian lacks
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs24.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packaged.executablePath(), args: [...packaged.args, ...QUIET] });
}
