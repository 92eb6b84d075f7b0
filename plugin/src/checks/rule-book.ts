/** What is looked at: this computer, the catalog, the org, the stores, the redirect service, the documents to switch. */
export type CheckArea = 'machine' | 'catalog' | 'org' | 'target' | 'source' | 'redirect' | 'wave';

/** What must not be done while a check has not passed; what blocks a backup blocks a switch, too. */
export type Blocks = 'backup' | 'switch' | 'nothing';

type Rule = {
  readonly area: CheckArea;
  /** What must be so, where no threshold says it more exactly. */
  readonly expected: string;
  /** Where a finding is more or less serious than usual, it says so itself. */
  readonly blocks: Blocks;
  /** Whether `switch --ignore-gate` takes it: all others would lose a file or a user's access. */
  readonly ignorable?: true;
};

/**
 * Every check there is, in the order in which `doctor` tells them. Those of {@link gateIds} are also asked before a
 * switch, about the wave that it takes on.
 */
export const ruleBook = {
  environment: { area: 'machine', expected: 'every variable that migration.json names is set', blocks: 'backup' },
  proxy: { area: 'machine', expected: 'HTTPS_PROXY, HTTP_PROXY and NO_PROXY can be used', blocks: 'backup' },
  'fleet-queue': { area: 'machine', expected: 'the queue of the fleet can be reached', blocks: 'nothing' },
  'catalog-readable': { area: 'catalog', expected: 'the catalog can be read', blocks: 'backup' },
  'catalog-counts': { area: 'catalog', expected: 'the counters equal a recount of the rows', blocks: 'backup' },
  'org-reachable': { area: 'org', expected: 'the org answers', blocks: 'backup' },
  'org-bound': { area: 'org', expected: 'the org is the one that the catalog is bound to', blocks: 'backup' },
  'org-clock': { area: 'org', expected: 'the clocks differ by a minute at most', blocks: 'nothing' },
  'org-user': { area: 'org', expected: 'the user may use the API', blocks: 'backup' },
  'org-license': { area: 'org', expected: 'the license allows the permission sets', blocks: 'backup' },
  'org-object': { area: 'org', expected: 'the document object can be queried', blocks: 'backup' },
  'org-nameField': { area: 'org', expected: 'the field can be read', blocks: 'backup' },
  'org-urlField': { area: 'org', expected: 'the field can be read', blocks: 'backup' },
  'org-accountField': { area: 'org', expected: 'the field can be read', blocks: 'backup' },
  'org-externalIdField': { area: 'org', expected: 'the field can be read', blocks: 'backup' },
  'org-view-all': { area: 'org', expected: 'the user sees all records', blocks: 'backup' },
  'org-limits': { area: 'org', expected: 'at most 80% of the API requests of 24 hours are used', blocks: 'nothing' },
  'org-panel': {
    area: 'org',
    expected: 'the objects and permission sets of the status panel are deployed',
    blocks: 'nothing',
  },
  'org-app-policy': {
    area: 'org',
    expected: 'only users with its permission set may authorize the redirect’s External Client App',
    blocks: 'nothing',
  },
  'disk-space': { area: 'machine', expected: 'the catalog and its journal fit on the disk', blocks: 'backup' },
  'target-writable': { area: 'target', expected: 'objects can be written under the prefix', blocks: 'backup' },
  'target-region': { area: 'target', expected: 'the bucket is in the configured region', blocks: 'backup' },
  'target-conditional-writes': {
    area: 'target',
    expected: 'the store itself refuses to overwrite',
    blocks: 'nothing',
  },
  'target-encryption': {
    area: 'target',
    expected: 'new objects are encrypted, with a bucket key where a KMS key is used',
    blocks: 'nothing',
  },
  'target-versioning': { area: 'target', expected: 'versioning is on', blocks: 'nothing' },
  'target-public-access': { area: 'target', expected: 'public access is blocked', blocks: 'backup' },
  'target-ownership': { area: 'target', expected: 'the bucket owner owns every object', blocks: 'nothing' },
  'target-unfinished-uploads': {
    area: 'target',
    expected: 'a lifecycle rule removes unfinished multipart uploads',
    blocks: 'nothing',
  },
  'target-clock': { area: 'target', expected: 'the clocks differ by a minute at most', blocks: 'nothing' },
  'source-readable': { area: 'source', expected: 'a file of each host can be read', blocks: 'backup' },
  'source-denied-meaning': {
    area: 'source',
    expected: 'a missing file can be told from a denied one',
    blocks: 'nothing',
  },
  documents: { area: 'wave', expected: 'at least 1', blocks: 'switch' },
  evidence: { area: 'wave', expected: 'every document has the evidence asked for', blocks: 'switch' },
  copies: {
    area: 'wave',
    expected: 'source and target of every document are as the catalog has them',
    blocks: 'switch',
  },
  'backup-age': { area: 'wave', expected: 'the last complete backup is recent', blocks: 'switch', ignorable: true },
  drift: { area: 'wave', expected: 'few documents changed since the backup', blocks: 'switch', ignorable: true },
  'link-length': { area: 'wave', expected: 'link, key and original URL fit their fields', blocks: 'switch' },
  fields: { area: 'org', expected: 'URL, key and original URL are there and writable', blocks: 'switch' },
  guard: {
    area: 'org',
    expected: 'active for this user; else an edit between our read and our write is lost',
    blocks: 'switch',
    ignorable: true,
  },
  'permission-set': {
    area: 'org',
    expected: 'the users of the redirect have its permission set',
    blocks: 'switch',
    ignorable: true,
  },
  redirect: { area: 'redirect', expected: 'links will open', blocks: 'switch', ignorable: true },
  lifecycle: { area: 'target', expected: 'no rule expires or archives the prefix', blocks: 'switch' },
  'other-run': { area: 'catalog', expected: 'no other run is working', blocks: 'switch' },
} as const satisfies Readonly<Record<string, Rule>>;

export type CheckId = keyof typeof ruleBook;

/** The checks that block a switch, in the order in which its plan lists them. */
export const gateIds = [
  'documents',
  'evidence',
  'copies',
  'backup-age',
  'drift',
  'link-length',
  'fields',
  'guard',
  'permission-set',
  'redirect',
  'lifecycle',
  'disk-space',
  'other-run',
] as const satisfies readonly CheckId[];
export type GateId = (typeof gateIds)[number];

/** The only gates that `--ignore-gate` takes. */
export const ignorableGates = gateIds.filter(isIgnorable);
export type IgnorableGate = { [Id in GateId]: (typeof ruleBook)[Id] extends { ignorable: true } ? Id : never }[GateId];

function isIgnorable(id: GateId): id is IgnorableGate {
  return 'ignorable' in ruleBook[id];
}
