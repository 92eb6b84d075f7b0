/*
 * The redirect in a real Chromium. Service, org and store listen on 127.0.0.1, a stranger's site on localhost: to the
 * browser those are two sites, so that cookies, frames and fetch behave as they do across companies.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Browser, BrowserContext } from 'playwright-core';
import { PNG } from 'pngjs';
import { launchChromium } from '@file-migration/kit/chromium';
import { linkSigner, type LinkSigner } from '@file-migration/kit/redirect/link-signer';
import { ALICE, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
`;
const SCRIPT = '<!doctype html><title>safe</title><script>document.title = "ran"; alert("ran")</script>';

describe('The redirect in Chromium', () => {
  let chromium: Browser;
  let world: RedirectWorld;
  let signer: LinkSigner;
  let stranger: Server;
  let strangerUrl: string;
  /** What the stranger's site shows next. */
  let strangerPage = '';

  before(async () => {
    [chromium, signer] = await Promise.all([launchChromium(), linkSigner()]);
    world = await redirectWorld({
      variables: { REDIRECT_LINK_CERTIFICATE: signer.certificate, REDIRECT_LINK_PAGE: '/apex/FileMigrationOpen' },
    });
    stranger = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(strangerPage));
    stranger.listen(0, 'localhost');
    await once(stranger, 'listening');
    strangerUrl = `http://localhost:${(stranger.address() as AddressInfo).port}/`;
  });
  after(async () => {
    await chromium.close();
    stranger.closeAllConnections();
    stranger.close();
    await world.close();
  });

  /** A browser in which this user works in Salesforce. */
  async function contextOf(username: string): Promise<BrowserContext> {
    const context = await chromium.newContext();
    await context.request.get(`${world.org.url}/stand-in/login?user=${username}`, { maxRedirects: 0 });
    return context;
  }
  const signIns = (): number => world.org.requests.count('oauth.authorize');
  const atStore = (url: string): boolean => url.startsWith(world.store.url);

  it('shows a PDF at the first click, signing in on the way, and at the second without', async () => {
    const context = await contextOf(ALICE);
    const { link } = world.addDocument({ object: { bytes: PDF, contentType: 'application/octet-stream' } });
    const page = await context.newPage();
    // the smallest of headless browsers have no viewer: there the file is downloaded
    const hasViewer = await page.evaluate<boolean>('navigator.pdfViewerEnabled');
    const open = async (): Promise<string> => {
      const arrived = page.waitForResponse((response) => atStore(response.url()));
      await page.goto(link).catch(() => undefined);
      const response = await arrived;
      expect(response.status()).to.equal(200);
      // asked for again: once the viewer has taken a response over, Chromium does not always show what headers it had
      const { headers } = await fetch(response.url());
      expect(headers.get('content-type')).to.equal('application/pdf');
      expect(headers.get('content-disposition')).to.match(/^inline/);
      expect(await response.request().headerValue('referer')).to.equal(null);
      return response.url();
    };
    const before = signIns();
    await open();
    expect(signIns() - before).to.equal(1);
    if (hasViewer) {
      const viewer = (): boolean => page.frames().some((frame) => frame.url().startsWith('chrome-extension:'));
      while (!viewer()) await page.waitForEvent('framenavigated');
      expect(atStore(page.url())).to.equal(true);
    }
    await open();
    expect(signIns() - before).to.equal(1);
    await context.close();
  });

  it('opens six tabs at once for somebody who has not opened any before', async () => {
    const context = await contextOf(ALICE);
    const image = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    const links = Array.from(
      { length: 6 },
      () => world.addDocument({ name: 'scan.png', object: { bytes: image } }).link,
    );
    const pages = await Promise.all(links.map(() => context.newPage()));
    await Promise.all(pages.map((page, index) => page.goto(links[index] ?? '')));
    expect(pages.every((page) => atStore(page.url()))).to.equal(true);
    await context.close();
  });

  it('does not run HTML that is called .pdf, and downloads HTML that is called .html', async () => {
    const context = await contextOf(ALICE);
    const page = await context.newPage();
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    const object = { bytes: SCRIPT, contentType: 'text/html' };
    await page.goto(world.addDocument({ name: 'page.pdf', object }).link).catch(() => undefined);
    await page.waitForTimeout(300);
    expect(await page.title()).not.to.equal('ran');
    const download = page.waitForEvent('download');
    await page.goto(world.addDocument({ name: 'page.html', object }).link).catch(() => undefined);
    expect((await download).suggestedFilename()).to.equal('page.html');
    expect(dialogs).to.equal(0);
    await context.close();
  });

  it("shows nothing in a stranger's frame to somebody who is signed in: Lax cookies stay away; a link token opens", async () => {
    const context = await contextOf(ALICE);
    const image = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    const { link, id, key } = world.addDocument({ name: 'scan.png', object: { bytes: image } });
    const page = await context.newPage();
    await page.goto(link);
    strangerPage = `<iframe src="${link}"></iframe>`;
    await page.goto(strangerUrl);
    expect(page.frames().some((frame) => atStore(frame.url()))).to.equal(false);
    expect(world.lastDecision()).to.include({ reason: 'not-signed-in', record: id });
    const now = Math.floor(Date.now() / 1000);
    const token = await signer.sign({
      iss: world.org.orgId,
      aud: world.url,
      sub: '005000000000001AAA',
      iat: now,
      exp: now + 60,
      user_type: 'Standard',
      record: id,
      name: 'scan.png',
      url: link,
      key,
    });
    strangerPage = `<iframe src="${link}?t=${token}"></iframe>`;
    await page.goto(strangerUrl);
    expect(page.frames().some((frame) => atStore(frame.url()))).to.equal(true);
    await context.close();
  });

  it("tells a stranger's script nothing, whatever it sends along, and shows it no image", async () => {
    const context = await contextOf(ALICE);
    const image = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    const { link } = world.addDocument({ name: 'scan.png', object: { bytes: image } });
    const page = await context.newPage();
    await page.goto(link);
    strangerPage = '<title>stranger</title>';
    await page.goto(strangerUrl);
    const told = [
      await page.evaluate<string>(fetched(link, 'include')),
      await page.evaluate<string>(fetched(`${link}?format=json`, 'include')),
      await page.evaluate<string>(fetched(link, 'omit')),
      await page.evaluate<number>(widthOfImage(link)),
    ];
    expect(told).to.deep.equal(['TypeError', 'TypeError', 'TypeError', 0]);
    await context.close();
  });

  it('shows an image to a page of the same site, and refuses after access is taken away', async () => {
    const context = await contextOf(ALICE);
    const image = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    const { link, id } = world.addDocument({ name: 'scan.png', object: { bytes: image } });
    const page = await context.newPage();
    await page.goto(link);
    await page.goto(`${world.org.url}/stand-in/login`);
    const shown = await page.evaluate<number>(widthOfImage(link));
    expect(shown).to.equal(8);
    world.org.records.unshare(id, ALICE);
    const refused = await page.goto(link);
    expect(refused?.status()).to.equal(404);
    expect(await page.locator('h1').textContent()).to.equal('Document not found');
    expect(
      await page.evaluate<string>("getComputedStyle(document.querySelector('main')).maxWidth"),
      'the one allowed style',
    ).to.equal('544px');
    await context.close();
  });
});

/** What a page's script learns when it fetches an address: the body, or the name of the error. */
function fetched(url: string, credentials: 'include' | 'omit'): string {
  return `fetch('${url}', { credentials: '${credentials}' }).then((response) => response.text(), (error) => error.name)`;
}

/** The width at which a page sees an image; 0 when it is not shown. */
function widthOfImage(url: string): string {
  return `new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image.naturalWidth);
    image.onerror = () => resolve(0);
    image.src = '${url}';
  })`;
}
