import { createFaults, type Faults } from '../faults/faults.ts';
import { viewerOf } from './access/viewer.ts';
import { withPermissionSets } from './access/permission-sets.ts';
import { completeUser, defaultUsers, type User } from './access/users.ts';
import { writePermissionRows } from './access/permission-rows.ts';
import { IngestJobs } from './bulk/ingest-jobs.ts';
import { QueryJobs } from './bulk/query-jobs.ts';
import { EventFeed } from './events.ts';
import type { OrgFault } from './fault.ts';
import { ApiError } from './http/api-error.ts';
import { RequestLog } from './http/request-log.ts';
import type { Call } from './http/router.ts';
import { defaultClients, type OAuthClient } from './oauth/clients.ts';
import { Codes } from './oauth/codes.ts';
import { IdTokens } from './oauth/id-token.ts';
import { Sessions, type Session } from './oauth/sessions.ts';
import { documentObjectName } from './objects/document.ts';
import { canonicalId } from './objects/record-id.ts';
import type { ObjectMeta, Schema } from './objects/schema.ts';
import type { OrgOptions } from './options.ts';
import { guardRule } from './rules/guard.ts';
import { Rules } from './rules/rules.ts';
import { Cursors } from './soql/cursors.ts';
import type { Viewer } from './soql/viewer.ts';
import { writeSetupRows } from './setup-rows.ts';
import type { Store } from './store/store.ts';
import { toColumn, type Row } from './store/field-values.ts';

/** What all routes share: records, people, sessions, rules, faults and the log. */
export class Org {
  readonly orgId: string;
  /** Where records and job files live. */
  readonly folder: string;
  readonly options: OrgOptions;
  readonly store: Store;
  readonly users: readonly User[];
  readonly sessions: Sessions;
  readonly clients: readonly OAuthClient[];
  readonly codes = new Codes();
  readonly idTokens = new IdTokens(this);
  readonly rules: Rules;
  readonly queryJobs: QueryJobs;
  readonly ingestJobs: IngestJobs;
  readonly requests = new RequestLog();
  readonly cursors = new Cursors();
  readonly events = new EventFeed();
  readonly limits: { used: number; apiRequests: number };
  /** What Bulk jobs have used of the day's allowances. */
  readonly bulkUsage = { batches: 0, queryJobs: 0, queryBytes: 0 };
  readonly documents: ObjectMeta;
  /** Can be replaced while the org runs: `org.faults = createFaults(rules, seed)`. */
  faults: Faults<OrgFault>;
  /** Set once the server listens. */
  url = 'http://127.0.0.1';
  /** Who is signed in, in a browser without cookies of its own. */
  signedIn: User | undefined;

  constructor(store: Store, folder: string, orgId: string, options: OrgOptions) {
    this.folder = folder;
    this.orgId = orgId;
    this.options = options;
    this.store = store;
    const deployed = options.deployed ?? true;
    this.users = (options.users ?? defaultUsers).map((user, index) => {
      const complete = completeUser(user, index + 1);
      return deployed ? withPermissionSets(complete, options.names ?? {}, Object.keys(user.fields ?? {})) : complete;
    });
    this.sessions = new Sessions(orgId, options.sessionMs ?? 7_200_000, () => this.now());
    this.clients = options.clients ?? defaultClients;
    this.faults = createFaults(options.faults ?? [], options.seed);
    this.limits = { used: options.limits?.used ?? 0, apiRequests: options.limits?.apiRequests ?? 1_000_000 };
    this.documents = store.schema.get(documentObjectName(options.names ?? {}));
    const guard = options.guard ?? deployed;
    const guards = guard ? [guardRule(options.names ?? {}, this.documents.name)] : [];
    this.rules = new Rules(store, [...guards, ...(options.validationRules ?? [])], options.automations ?? []);
    const jobLifeMs = options.bulk?.expireMs ?? SEVEN_DAYS_MS;
    this.queryJobs = new QueryJobs(this, jobLifeMs);
    this.ingestJobs = new IngestJobs(this, jobLifeMs);
    writePermissionRows(store, this.users, deployed);
    writeSetupRows(this);
    for (const user of this.users) {
      for (const id of user.sharedWith) store.share(canonicalId(id) ?? id, user.id);
    }
  }

  get schema(): Schema {
    return this.store.schema;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.options.clock?.() ?? Date.now();
  }

  /** By id or username; throws an Error for strangers. */
  user(idOrName: string): User {
    const wanted = idOrName.toLowerCase();
    const id = canonicalId(idOrName);
    const user = this.users.find((candidate) => candidate.id === id || candidate.username.toLowerCase() === wanted);
    if (!user) throw new Error(`The stand-in org has no user ${idOrName}.`);
    return user;
  }

  get firstUser(): User {
    const [first] = this.users;
    if (!first) throw new Error('An org needs at least one user.');
    return first;
  }

  /** A session for the user, as the sf CLI would hold it. */
  signIn(user: User): Session {
    return this.sessions.open({ userId: user.id, clientId: undefined, scopes: ['full'] });
  }

  async close(): Promise<void> {
    this.rules.close();
    await Promise.all([this.queryJobs.close(), this.ingestJobs.close()]);
    this.store.close();
  }

  viewer(user: User): Viewer {
    return viewerOf(user, this.schema, () => this.now());
  }

  /** Whose session this call brings; throws 401 and, for API calls, the 403s of a switched-off or spent API. */
  authenticate(call: Call, api: boolean): { user: User; session: Session } {
    const session = this.sessions.find(bearerOf(call.headers.authorization) ?? '');
    if (!session) throw new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    const user = this.user(session.userId);
    if (!user.active) throw new ApiError(403, 'INACTIVE_USER', 'The user is inactive.');
    if (!api) return { user, session };
    if (!user.apiEnabled) {
      throw new ApiError(403, 'API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner');
    }
    this.refuseVersion(call.version);
    if (this.limits.used >= this.limits.apiRequests) {
      throw new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    }
    this.limits.used += 1;
    return { user, session };
  }

  refuseVersion(version: number): void {
    if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
      throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
    }
  }

  /** Whose session this is, if anybody's. */
  userOf(authorization: string | undefined): User | undefined {
    const session = this.sessions.find(bearerOf(authorization) ?? '');
    return session && this.user(session.userId);
  }

  endSession(authorization: string | undefined): void {
    this.sessions.revoke(bearerOf(authorization) ?? '');
  }

  /** A user's edit behind everybody's back, as a fault asks for it. */
  strangerEdits(fault: Extract<OrgFault, { kind: 'edit' }>, recordId = fault.id): void {
    const meta = recordId === undefined ? undefined : this.schema.byKeyPrefix(recordId);
    if (!meta || recordId === undefined) return;
    const user = fault.username === undefined ? this.firstUser : this.user(fault.username);
    this.write(meta, recordId, fault.fields, user);
  }

  /** Writes fields without asking rules or permissions, by this org's field names. */
  write(meta: ObjectMeta, id: string, fields: Readonly<Record<string, unknown>>, user: User): boolean {
    const changes: Row = {};
    for (const [name, value] of Object.entries(fields)) {
      const field = meta.fieldsByName.get(name.toLowerCase());
      if (!field) throw new Error(`${meta.name} has no field ${name}.`);
      changes[field.name] = toColumn(field, value);
    }
    return this.store.update(meta, canonicalId(id) ?? id, changes, user);
  }

  warn(line: string): void {
    this.options.log?.(`stand-in org: ${line}`);
  }
}

/** How long Bulk jobs and their results live. */
const SEVEN_DAYS_MS = 7 * 86_400_000;
export const OLDEST_VERSION = 31;
/** Winter '27. */
export const NEWEST_VERSION = 68;

export function bearerOf(authorization: string | undefined): string | undefined {
  return /^(?:Bearer|OAuth) (.+)$/i.exec(authorization ?? '')?.[1];
}
