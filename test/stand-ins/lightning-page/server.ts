import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { textOf, type Project } from '../sfdx-project/project.ts';
import { apexQueries, restSoql, type ApexQuery } from './apex-queries.ts';
import { bundle } from './bundle.ts';
import { OrgData, OrgRefusal, type OrgLogin } from './org-data.ts';
import { page } from './page.ts';

const SLDS = join(dirname(fileURLToPath(import.meta.resolve('@salesforce-ux/design-system/package.json'))), 'assets');
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};
const EVENT_POLL_MS = 500;

export type PreviewOptions = {
  /** False shows the panel as somebody sees it who lacks the permission. Default: true. */
  readonly permitted?: boolean;
  readonly org: OrgLogin;
  /** 0 takes a free port. */
  readonly port?: number;
  /** A bundle made before, for several previews of the same components. */
  readonly script?: string;
};

export type Preview = { readonly url: string; close(): Promise<void> };

/** Serves the components on loopback, their Apex calls answered by the org with the SOQL that stands in the Apex. */
export async function startPreview(project: Project, options: PreviewOptions): Promise<Preview> {
  const { sourceApiVersion } = JSON.parse(textOf(project, 'sfdx-project.json')) as { sourceApiVersion: string };
  const site = new Site(
    page(options.permitted ?? true),
    options.script ?? (await bundle(project)),
    apexQueries(project),
    new OrgData(options.org, sourceApiVersion),
  );
  const server = createServer((request, response) => void site.answer(request, response));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      site.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

class Site {
  readonly #page: string;
  readonly #script: string;
  readonly #queries: ReadonlyMap<string, ApexQuery>;
  readonly #org: OrgData;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(html: string, script: string, queries: ReadonlyMap<string, ApexQuery>, org: OrgData) {
    this.#page = html;
    this.#script = script;
    this.#queries = queries;
    this.#org = org;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, first = '', second = ''] = url.pathname.split('/');
    try {
      switch (first) {
        case '':
        case 'document': {
          send(response, 'text/html; charset=utf-8', this.#page);
          return;
        }
        case 'app.js': {
          send(response, 'text/javascript; charset=utf-8', this.#script);
          return;
        }
        case 'slds':
          sendAsset(response, url.pathname.slice('/slds/'.length));
          break;
        case 'apex':
          sendJson(response, 200, await this.#apex(second, url.searchParams.get('parameters') ?? '{}'));
          break;
        case 'record': {
          const fields = (url.searchParams.get('fields') ?? '').split(',').filter(Boolean);
          sendJson(response, 200, await this.#org.record(second, fields));
          break;
        }
        case 'events':
          await this.#events(response);
          break;
        default:
          sendJson(response, 404, { message: 'not here' });
          break;
      }
    } catch (error) {
      const status = error instanceof OrgRefusal ? error.status : 500;
      sendJson(response, status, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  #apex(name: string, parameters: string): Promise<unknown> {
    const query = this.#queries.get(name);
    if (query === undefined) throw new OrgRefusal(404, `No Apex method ${name}`);
    return this.#org.query(restSoql(query, JSON.parse(parameters) as Record<string, unknown>));
  }

  async #events(response: ServerResponse): Promise<void> {
    let after = (await this.#org.events(0)).at(-1)?.replayId ?? 0;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': listening\n\n');
    const timer = setInterval(() => {
      this.#org.events(after).then(
        (events) => {
          for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
          after = events.at(-1)?.replayId ?? after;
        },
        () => undefined, // the org is away: the panel asks again by itself
      );
    }, EVENT_POLL_MS);
    this.#timers.add(timer);
    response.once('close', () => {
      clearInterval(timer);
      this.#timers.delete(timer);
    });
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}

function sendAsset(response: ServerResponse, path: string): void {
  const file = join(SLDS, normalize(`/${path}`));
  if (!existsSync(file)) {
    sendJson(response, 404, { message: 'no such asset' });
    return;
  }
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}
