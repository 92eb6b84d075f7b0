import { createHash } from 'node:crypto';
import { fileLink } from '@file-migration/config';
import type { CatalogDocument } from '../../plugin/src/model/document.ts';
import { bytes } from '../../plugin/src/format/quantity.ts';
import { Person, type Click } from '@file-migration/kit/redirect/clicks';
import type { Stage } from './stage.ts';
import { alice, bob, type World } from './world.ts';

/**
 * Two users click one document's link, over HTTP as a browser would: Alice, with whom it is shared, and Bob.
 * @throws Error when a click ends otherwise than it must
 */
export async function visits(
  { world, say }: Stage,
  document: CatalogDocument,
  state: 'switched' | 'rolled back',
): Promise<void> {
  const link = fileLink(world.redirect.url, document.id);
  world.org.records.share(document.id, alice);
  say(`\nTwo users click "${document.name}" (${link}):`);
  const hers = await (await Person.at(world.org, alice)).click(link);
  say(`  Alice, who may see the record:   ${told(hers)}`);
  if (state === 'switched') requireSameFile(world, document, hers);
  else requireOutcome(hers, 'led-away');
  const his = await (await Person.at(world.org, bob)).click(link);
  say(`  Bob, who may not:                ${told(his)}`);
  requireOutcome(his, 'refused');
  const stranger = await fetch(link, { redirect: 'manual', headers: { accept: 'application/json' } });
  await stranger.body?.cancel();
  say(`  a program without a session:     ${stranger.status}, no login page and no file`);
  if (stranger.status !== 401) throw new Error(`A program without a session got ${stranger.status}, not 401.`);
}

/** A new file in the vendor's bucket, as an upload by a user leaves it; returns its URL. */
export function fileWithUrl({ store, vendorBucket, vendorHost }: World): string {
  const key = 'acme-pdf-manager/uploaded-during-the-switch';
  store.seed(vendorBucket, key, {
    bytes: '%PDF-1.4\n% uploaded while the migration was under way\n%%EOF\n',
    contentType: 'application/octet-stream',
  });
  return `https://${vendorHost}/${key}`;
}

function told({ outcome, status, signedIn, address, contentType, bytes: content, heading }: Click): string {
  const way = signedIn ? 'signed in on the way, ' : '';
  switch (outcome) {
    case 'opened':
      return `${way}${status}, ${contentType}, ${bytes(content.length)} from ${address}`;
    case 'led-away':
      return `${way}led to the original, ${address}`;
    case 'refused':
      return `${way}${status}, "${heading ?? 'refused'}"`;
  }
}

function requireSameFile({ store, ownBucket }: World, { key, name }: CatalogDocument, click: Click): void {
  requireOutcome(click, 'opened');
  const stored = key === undefined ? Buffer.alloc(0) : store.read(ownBucket, key);
  if (hash(stored) !== hash(click.bytes)) throw new Error(`What opened as "${name}" is not the copy in the bucket.`);
}

function requireOutcome(click: Click, outcome: Click['outcome']): void {
  if (click.outcome !== outcome) throw new Error(`${click.username} at ${click.link}: ${told(click)}`);
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
