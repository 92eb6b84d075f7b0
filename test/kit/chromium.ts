import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programPath } from '@file-migration/stand-ins/machine-tools';
import { chromium, type Browser } from 'playwright-core';

const PROGRAMS = ['chromium', 'google-chrome', 'chromium-browser'];
/** As root there is no sandbox; and a test browser has nobody to call home to. */
const ARGUMENTS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A headless Chromium: the installed one, else the one that comes with npm (`@sparticuz/chromium`). */
export async function launchChromium(): Promise<Browser> {
  const [installed] = PROGRAMS.flatMap((name) => programPath(name) ?? []);
  const executablePath = installed ?? (await packaged());
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** Where the one from npm is unpacked, once for all runs. */
const UNPACKED = join(import.meta.dirname, '../../node_modules/.cache/chromium');

/**
 * Unpacks the one from npm. It is started without the arguments that the package proposes: they switch off what keeps
 * origins apart, and all runs in one process, which ends with its first page.
 */
async function packaged(): Promise<string> {
  const temporary = process.env.TMPDIR;
  // makes the package unpack the libraries that a bare Debian lacks, and tell the loader that they lie there
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs24.x';
  process.env.TMPDIR = UNPACKED;
  try {
    const { default: archive } = await import('@sparticuz/chromium');
    if (!existsSync(UNPACKED)) await unpack(archive);
    return await archive.executablePath();
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
}

/** The package unpacks into the temporary folder; another process must never see it half done. */
async function unpack(archive: { executablePath(): Promise<string> }): Promise<void> {
  await mkdir(dirname(UNPACKED), { recursive: true });
  const own = await mkdtemp(`${UNPACKED}-`);
  process.env.TMPDIR = own;
  await archive.executablePath();
  process.env.TMPDIR = UNPACKED;
  try {
    await rename(own, UNPACKED);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    // another process was quicker
    if (!existsSync(UNPACKED)) throw error;
  }
}
