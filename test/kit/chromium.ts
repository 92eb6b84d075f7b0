import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];
/** As root there is no sandbox; and a test browser has nobody to call home to. */
const ARGUMENTS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A headless Chromium: the installed one, else the one that comes with npm (`@sparticuz/chromium`). */
export async function launchChromium(): Promise<Browser> {
  const executablePath = INSTALLED.find((path) => existsSync(path)) ?? (await packaged());
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/**
 * Unpacks the one from npm. It is started without the arguments that the package proposes: they switch off what keeps
 * origins apart, and all runs in one process, which ends with its first page.
 */
async function packaged(): Promise<string> {
  // makes the package unpack the libraries that a bare Debian lacks
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs24.x';
  const { default: archive } = await import('@sparticuz/chromium');
  return archive.executablePath();
}
