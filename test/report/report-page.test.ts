import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { reportPage } from '../../plugin/src/ui/report/html.ts';
import { launchChromium } from '@file-migration/kit/chromium';
import { largeReport } from './large-report.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type AxeResult = { violations: { id: string; nodes: { html: string }[] }[] };

describe('the report in a browser', () => {
  const page = reportPage(largeReport);
  let browser: Browser;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [390, 1280]) {
      it(`has no accessibility fault and no sideways scrolling: ${colorScheme}, ${width} pixels`, async () => {
        const tab = await opened({ width, colorScheme });
        expect(await tab.evaluate('document.documentElement.scrollWidth')).to.be.at.most(width);
        await tab.evaluate(await readFile(axeFile, 'utf8'));
        const { violations } = await tab.evaluate<AxeResult>('axe.run()');
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).to.deep.equal([]);
        await tab.context().close();
      });
    }
  }

  it('prints on two to three pages', async () => {
    const tab = await opened({ width: 1280, colorScheme: 'dark' });
    const pdf = (await tab.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).to.be.within(2, 3);
    await tab.context().close();
  });

  async function opened({ width, colorScheme }: { width: number; colorScheme: 'light' | 'dark' }): Promise<Page> {
    // the page's own policy forbids scripts; axe is one
    const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true });
    const tab = await context.newPage();
    await tab.setContent(page);
    return tab;
  }
});
