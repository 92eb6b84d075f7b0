import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  KEY_LAYOUT_VERSION,
  REDIRECT_PROOF_PATH,
  type RedirectProof,
  type RedirectProofObject,
} from '@file-migration/config';
import { TARGET, type MigrationWorld } from './migration-world.ts';

/** A service at the address of links: it proves what it serves, and opens the links that stand on records. */
export type ProvingRedirect = {
  readonly url: string;
  /** Who asked for what, one line a request. */
  readonly seen: string[];
  /** What every request is answered with instead. */
  status: number | undefined;
  /** What the service says of itself beside the truth. */
  says: Partial<RedirectProof>;
  /** What an opened link gives instead of the copy. */
  gives: Buffer | undefined;
  close(): void;
};

/** Serves the target of a world, which may be made after it. */
export async function provingRedirect(
  world: () => Pick<MigrationWorld, 'store' | 'org' | 'config'>,
): Promise<ProvingRedirect> {
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const redirect: ProvingRedirect = {
    url: addressOf(server),
    seen: [],
    status: undefined,
    says: {},
    gives: undefined,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', headers } = request;
    redirect.seen.push(`${headers.authorization ?? 'nobody'} ${url}`);
    if (redirect.status !== undefined) response.writeHead(redirect.status).end();
    else if (url === REDIRECT_PROOF_PATH) response.end(JSON.stringify(proof(await bodyOf(request))));
    else if (url.startsWith('/file/')) response.end(redirect.gives ?? read(decodeURIComponent(url.slice(6))));
    else {
      const record = [...world().org.records.allDocuments()].find(({ Id: id }) => url.endsWith(`/${String(id)}`));
      const key = encodeURIComponent(String(record?.File_Key__c));
      response.writeHead(record === undefined ? 404 : 302, { location: `/file/${key}` }).end();
    }
  }

  function proof(body: string): RedirectProof {
    const { config, org } = world();
    const { document } = config.org;
    const { keys } = JSON.parse(body) as { keys: string[] };
    return {
      publicUrl: redirect.url,
      formerUrls: [`http://localhost:${new URL(redirect.url).port}`],
      organizationId: org.orgId,
      object: document.object,
      fields: { name: 'Name', url: document.urlField, key: document.keyField, originalUrl: document.originalUrlField },
      idPrefix: 'a00',
      bucket: config.target.bucket,
      region: config.target.region,
      keyPrefix: config.key.prefix,
      keyLayoutVersion: KEY_LAYOUT_VERSION,
      mode: 's3',
      modeIsUsable: true,
      originalHosts: [],
      objects: keys.map((key): RedirectProofObject => {
        const found = read(key);
        return found === undefined
          ? { key, result: 'denied' }
          : { key, result: 'readable', bytes: found.length, etag: '"etag"' };
      }),
      ...redirect.says,
    };
  }

  function read(key: string): Buffer | undefined {
    const { store } = world();
    return [...store.list(TARGET)].some((object) => object.key === key)
      ? Buffer.from(store.read(TARGET, key))
      : undefined;
  }

  return redirect;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
