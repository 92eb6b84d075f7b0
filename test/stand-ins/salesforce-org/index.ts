import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FaultRule } from '../faults/faults.ts';
import { createFaults } from '../faults/faults.ts';
import type { OrgFault } from './fault.ts';
import { RecordAccess } from './direct-access.ts';
import type { EventFeed } from './events.ts';
import { routes } from './routes.ts';
import { serve } from './http/server.ts';
import type { RequestLog } from './http/request-log.ts';
import { documentObject } from './objects/document.ts';
import { packageObjects } from './objects/package.ts';
import { idOf } from './objects/record-id.ts';
import { Schema } from './objects/schema.ts';
import { permissionObjects, toolingObjects } from './objects/setup.ts';
import { standardObjects } from './objects/standard.ts';
import type { OrgOptions } from './options.ts';
import { Org } from './org.ts';
import { Store } from './store/store.ts';

export type { OrgFault } from './fault.ts';
export type { OrgOptions, BulkOptions, LimitOptions } from './options.ts';
export type { UserOptions, ProfileName } from './access/users.ts';
export type { RecordInput } from './store/field-values.ts';
export type { ObjectDescription, FieldDescription } from './objects/description.ts';
export type { PublishedEvent } from './events.ts';
export { defaultUsers } from './access/users.ts';

/** A simulated org that listens. `records` reaches past the API: what it does is not asked of any rule. */
export type SalesforceOrg = {
  readonly url: string;
  readonly orgId: string;
  /** The first user's (an administrator, by default). */
  readonly username: string;
  readonly accessToken: string;
  /** One session a user, by username. */
  readonly accessTokens: Readonly<Record<string, string>>;
  /** The document object's API name. */
  readonly documentObject: string;
  /** The first three characters of the documents' ids. */
  readonly documentIdPrefix: string;
  readonly requests: RequestLog;
  readonly events: EventFeed;
  readonly records: RecordAccess;
  /** API calls used and allowed; both may be set. */
  readonly limits: { used: number; apiRequests: number };
  /** The id of a user, by username. */
  userId(username: string): string;
  /** A new session for a user, by username or id. */
  signIn(username: string): string;
  /** The person whom the next authorization request finds signed in, when its browser has no cookie of the org's. */
  setSignedIn(username: string | undefined): void;
  /** Ends access tokens: of one user, or of all. */
  expireSessions(username?: string): void;
  /** Rules from now on; counts start anew. */
  setFaults(rules: readonly FaultRule<OrgFault>[], seed?: number): void;
  close(): Promise<void>;
};

/** Starts an org on loopback. Throws when the port is taken. */
export async function startSalesforceOrg(options: OrgOptions = {}): Promise<SalesforceOrg> {
  const deployed = options.deployed ?? true;
  const schema = new Schema([
    ...standardObjects,
    ...permissionObjects,
    ...toolingObjects,
    documentObject(options.names ?? {}, deployed),
    ...(deployed ? packageObjects : []),
    ...(options.objects ?? []),
  ]);
  const folder = options.data === undefined ? mkdtempSync(join(tmpdir(), 'stand-in-org-')) : resolve(options.data);
  mkdirSync(folder, { recursive: true });
  const store = new Store(folder, schema, options.clock ?? Date.now);
  const org = new Org(store, folder, orgIdOf(store, options), options);
  const { server, url } = await serve(org, routes, options.port ?? 0);
  org.url = url;
  const signIn = (username: string): string => org.signIn(org.user(username)).token;
  const accessTokens = Object.fromEntries(org.users.map((user) => [user.username, signIn(user.username)]));
  return {
    url,
    orgId: org.orgId,
    username: org.firstUser.username,
    accessToken: accessTokens[org.firstUser.username] ?? '',
    accessTokens,
    documentObject: org.documents.name,
    documentIdPrefix: org.documents.keyPrefix,
    requests: org.requests,
    events: org.events,
    records: new RecordAccess(org),
    limits: org.limits,
    userId: (username) => org.user(username).id,
    signIn,
    setSignedIn: (username) => {
      org.signedIn = username === undefined ? undefined : org.user(username);
    },
    expireSessions: (username) => org.sessions.expire(username === undefined ? undefined : org.user(username).id),
    setFaults: (rules, seed) => {
      org.faults = createFaults(rules, seed);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await org.close();
      if (options.data === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An org keeps its id with its data. */
function orgIdOf(store: Store, options: OrgOptions): string {
  const kept = store.fact('orgId');
  const orgId = options.orgId ?? kept ?? idOf('00D', 62 ** 6 + (options.seed ?? 1));
  store.setFact('orgId', orgId);
  return orgId;
}
