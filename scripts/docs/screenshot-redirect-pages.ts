/*
 * Pictures of the pages that the redirect service shows to people, in Chromium:
 * `node --conditions=@file-migration/source scripts/docs/screenshot-redirect-pages.ts FOLDER`. Every page at the width of a
 * desktop and of a phone; docs/images holds two of them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Pages } from '../../middleware/src/pages/page.ts';
import type { PageName } from '../../middleware/src/pages/refusals.ts';
import { pageTexts } from '../../middleware/src/pages/texts.ts';
import { launchChromium } from '@file-migration/kit/chromium';

const WIDTHS = { desktop: 1000, phone: 390 };
const CONTACT = 'the Acme service desk (ext. 4711)';

const folder = process.argv[2] ?? 'docs/images';
mkdirSync(folder, { recursive: true });
const pages = new Pages({ organization: 'Acme Corporation', contact: CONTACT });
const chromium = await launchChromium();
for (const [size, width] of Object.entries(WIDTHS)) {
  const page = await chromium.newPage({ viewport: { width, height: 640 } });
  for (const name of Object.keys(pageTexts(CONTACT)) as PageName[]) {
    const isTrouble = name === 'busy' || name === 'storage';
    await page.setContent(
      pages.html(name, {
        link: '/d/a0X000000000001EAA',
        reference: isTrouble ? '3f0c1d7e-2f64-4a5e-9d0e-6b0a8f1c2d3e' : undefined,
      }),
    );
    await page.screenshot({ path: join(folder, `redirect-${name}-${size}.png`) });
  }
}
await chromium.close();
