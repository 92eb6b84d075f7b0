import { seededRandom } from '@file-migration/stand-ins/faults/random';
import { Browser, NAVIGATION, locationOf } from './browser.ts';
import { ALICE, BOB, redirectWorld, type RedirectWorld, type WorldDocument } from './redirect-world.ts';

export type SoakResult = {
  readonly requests: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Redirects to storage, each of which was checked. */
  readonly opened: number;
  /** Of them, those that were followed into the failing store: with the file, and with the store's own fault. */
  readonly followed: { readonly files: number; readonly faults: number };
  /** What must stay empty: redirects that should not have been, in words. */
  readonly wrong: readonly string[];
  /** Resident memory in megabytes after a tenth and after all of the requests. */
  readonly megabytes: { readonly early: number; readonly late: number };
};

type Case = { readonly name: string; readonly document: WorldDocument; readonly mayOpen: readonly string[] };

const CLIENTS = 16;
const USERS = [ALICE, BOB];

/** What goes wrong meanwhile: a quarter of what the org is asked, in all the ways it can. */
const FAULTS = [
  { match: { operation: 'query', probability: 0.04 }, fault: { kind: 'error', status: 500 } },
  { match: { operation: 'query', probability: 0.03 }, fault: { kind: 'error', status: 503 } },
  {
    match: { operation: 'query', probability: 0.03 },
    fault: { kind: 'error', status: 403, code: 'REQUEST_LIMIT_EXCEEDED' },
  },
  { match: { operation: 'query', probability: 0.03 }, fault: { kind: 'error', status: 401 } },
  { match: { operation: 'query', probability: 0.03 }, fault: { kind: 'cut' } },
  { match: { operation: 'query', probability: 0.03 }, fault: { kind: 'cut', atByte: 120 } },
  { match: { operation: 'query', probability: 0.03 }, fault: { kind: 'delay', ms: 30 } },
] as const;

/** The store fails a tenth of what it is asked. */
const STORE_FAULTS = [
  { match: { operation: ['GetObject', 'HeadObject'], probability: 0.06 }, fault: { kind: 'error', code: 'SlowDown' } },
  { match: { operation: 'GetObject', probability: 0.04 }, fault: { kind: 'cut-body', afterBytes: 5 } },
] as const;

/** Every so many redirects to storage are followed. */
const FOLLOWED = 10;

/**
 * Many requests by two people, by strangers and with forged sessions and hostile ids, for records that are theirs, the
 * other's, gone, tampered with or replaced, while the org fails a fifth of the time, the store a tenth,
 * and credentials come and go. Every
 * single answer is compared with what may be.
 */
export async function soak(requests: number, seed: number): Promise<SoakResult> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  let credentialsWork = true;
  const world: RedirectWorld = await redirectWorld({
    variables: { REDIRECT_LOG_LEVEL: 'warn' },
    surroundings: {
      // short-lived, so that they are asked for again and again, and now and then not to be had
      credentials: () =>
        credentialsWork
          ? Promise.resolve({
              ...world.store.credentials[0],
              expiration: new Date(Date.now() + 121_000),
            })
          : Promise.reject(new Error('the metadata service is down')),
    },
    org: { limits: { apiRequests: Number.MAX_SAFE_INTEGER } },
  });
  try {
    const cases = casesOf(world);
    const browsers = new Map<string, Browser>();
    for (const username of USERS) {
      const browser = await world.browserOf(username);
      await browser.open(cases[0]!.document.link, (next) => next.startsWith(world.store.url));
      browsers.set(username, browser);
    }
    world.org.setFaults(FAULTS, seed);
    world.store.setFaults(STORE_FAULTS, seed);
    const statuses: Record<string, number> = {};
    const wrong: string[] = [];
    let sent = 0;
    let opened = 0;
    const followed = { files: 0, faults: 0 };
    let early = 0;

    const askOnce = async (): Promise<void> => {
      const turn = ++sent;
      if (turn === Math.ceil(requests / 10)) early = megabytes();
      if (turn % 1000 === 0) credentialsWork = random() > 0.3;
      const { name, document, mayOpen } = pick(cases);
      const who = pick(['stranger', 'forger', ...USERS, ...USERS, ...USERS]);
      const form = pick([
        document.link,
        document.link,
        document.link.slice(0, -3),
        `${document.link}?format=json`,
        document.link.slice(0, -1) + '9',
        `${document.link}%27`,
      ]);
      const browser =
        who === 'forger'
          ? forged(browsers.get(ALICE)!, world.url)
          : who === 'stranger'
            ? new Browser()
            : browsers.get(who)!.copy();
      const method = pick(['GET', 'GET', 'GET', 'HEAD'] as const);
      const page = await browser.fetch(form, { headers: NAVIGATION, method });
      statuses[page.status] = (statuses[page.status] ?? 0) + 1;
      const to =
        page.status === 200 && page.body !== '' ? (JSON.parse(page.body) as { url: string }).url : locationOf(page);
      if (to === undefined || to.startsWith(`${world.org.url}/services/oauth2/authorize?`)) return;
      opened++;
      const isHis = mayOpen.includes(who);
      const isRight =
        name === 'replaced'
          ? to === REPLACED
          : decodeURIComponent(new URL(to).pathname) === `/customer-files/${document.key}`;
      const isSound = form === document.link || form === document.link.slice(0, -3) || form.endsWith('json');
      if (to.startsWith(world.store.url) && opened % FOLLOWED === 0) {
        const answer = await new Browser().fetch(to, { method }).catch(() => undefined);
        if (answer === undefined || answer.status === 503) followed.faults++;
        else if (answer.status === 200 && (method === 'HEAD' || answer.body === contentOf(document))) followed.files++;
        else wrong.push(`${who} → ${name}: the store answered ${answer.status} with ${answer.body.slice(0, 60)}`);
      }
      if (!isHis || !isRight || !isSound) wrong.push(`${who} → ${name} by ${form}: ${to.slice(0, 120)}`);
    };
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (sent < requests) await askOnce();
      }),
    );
    return { requests: sent, statuses, opened, followed, wrong, megabytes: { early, late: megabytes() } };
  } finally {
    await world.close();
  }
}

const REPLACED = 'https://vendor-files.s3.us-east-1.amazonaws.com/replaced.pdf';

/** As the world writes it. */
function contentOf({ id }: WorldDocument): string {
  return `%PDF-1.7 of ${id}`;
}

function casesOf(world: RedirectWorld): Case[] {
  const both = world.addDocument({ sharedWith: USERS });
  const hers = world.addDocument({ sharedWith: [ALICE] });
  const his = world.addDocument({ sharedWith: [BOB] });
  const gone = world.addDocument({ sharedWith: USERS });
  const stolen = world.addDocument({ sharedWith: [ALICE] });
  world.org.records.update(stolen.id, { File_Key__c: his.key });
  const hostile = world.addDocument({ sharedWith: USERS, fields: () => ({ Document__c: 'https://evil.example/x' }) });
  const clone = world.addDocument({
    sharedWith: USERS,
    fields: () => ({ Document__c: hers.link, File_Key__c: hers.key }),
  });
  const replaced = world.addDocument({ sharedWith: [BOB] });
  world.org.records.update(replaced.id, { Document__c: REPLACED });
  world.org.records.hardDelete(gone.id);
  return [
    { name: 'shared', document: both, mayOpen: USERS },
    { name: 'hers', document: hers, mayOpen: [ALICE] },
    { name: 'his', document: his, mayOpen: [BOB] },
    { name: 'gone', document: gone, mayOpen: [] },
    { name: "another's key", document: stolen, mayOpen: [] },
    { name: 'hostile address', document: hostile, mayOpen: [] },
    { name: 'clone', document: clone, mayOpen: [] },
    { name: 'replaced', document: replaced, mayOpen: [BOB] },
  ];
}

/** The same browser with one byte of its session changed. */
function forged(browser: Browser, url: string): Browser {
  const copy = browser.copy();
  const jar = copy.cookies.get(url);
  const session = jar?.get('session') ?? '';
  jar?.set('session', session.slice(0, 40) + (session[40] === 'A' ? 'B' : 'A') + session.slice(41));
  return copy;
}

function megabytes(): number {
  return Math.round(process.memoryUsage.rss() / 1e6);
}
