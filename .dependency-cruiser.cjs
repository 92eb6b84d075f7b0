/** Which part may import which: run by `npm run check`, explained in docs/architecture.md, proved by test/architecture. */

/** The floors of plugin/src from the ground up; an import goes to the same floor or one below it. */
const floors = [
  ['format', 'async'],
  ['model', 'sampling'],
  ['catalog', 'org', 'storage', 'logs'],
  ['run', 'fleet', 'ownership', 'snapshots'],
  ['jobs'],
  ['checks'],
  ['accounts', 'analyze', 'backup', 'certify', 'import', 'init', 'recover', 'rollback', 'status', 'switch', 'verify'],
  ['publish', 'report'],
  ['context'],
  ['ui'],
  ['command'],
  ['commands'],
];

const rooms = (names) => `^plugin/src/(${names.join('|')})/`;

/** A floor must not know the ones above it. */
const upward = floors.slice(0, -1).map((floor, nth) => ({
  name: `no-upward-arrow-from-${floor[0]}`,
  comment: 'Dependencies point down; move what both need to a lower floor.',
  severity: 'error',
  from: { path: rooms(floor) },
  to: { path: rooms(floors.slice(nth + 1).flat()) },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Two files that import each other are one file, or lack a third.',
      severity: 'error',
      from: { path: '^(plugin/src|plugin/http|config/src|middleware/src)/' },
      to: { circular: true },
    },
    ...upward,
    {
      name: 'known-rooms-only',
      comment: 'A new folder of plugin/src belongs on a floor: name it in .dependency-cruiser.cjs.',
      severity: 'error',
      from: {},
      to: { path: '^plugin/src/[^/]+/', pathNot: rooms(floors.flat()) },
    },
    {
      name: 'outside-rooms-are-strangers',
      comment: 'catalog, org and storage know nothing of each other; what they share is in model.',
      severity: 'error',
      from: { path: '^plugin/src/(catalog|org|storage)/' },
      to: { path: rooms(['catalog', 'org', 'storage']), pathNot: '^plugin/src/$1/' },
    },
    {
      name: 'screens-for-commands-only',
      comment: 'Phases return data; sentences are made in ui, for commands.',
      severity: 'error',
      from: { path: '^plugin/src/', pathNot: rooms(['ui', 'command', 'commands']) },
      to: { path: '^plugin/src/ui/' },
    },
    {
      name: 'no-barrel-in-plugin',
      comment: 'Import the file that has what you need.',
      severity: 'error',
      from: {},
      to: { path: '^plugin/src/.+/index\\.ts$' },
    },
    {
      name: 'config-knows-nobody',
      severity: 'error',
      from: { path: '^config/src/' },
      to: { path: '^(plugin|middleware|scripts|test)/' },
    },
    {
      name: 'middleware-knows-config-only',
      severity: 'error',
      from: { path: '^middleware/src/' },
      to: { path: '^(plugin|scripts|test)/' },
    },
    {
      name: 'product-knows-no-tools',
      comment: 'What ships imports neither scripts nor tests.',
      severity: 'error',
      from: { path: '^plugin/src/' },
      to: { path: '^(middleware|scripts|test)/' },
    },
    {
      name: 'scripts-know-no-tests',
      comment: 'What both need is in test/kit or test/stand-ins.',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: '^test/', pathNot: '^test/(kit|stand-ins)/' },
    },
    {
      name: 'tests-know-no-scripts',
      comment: 'What tests a script is in scripts/test.',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^scripts/' },
    },
    {
      name: 'stand-ins-know-config-only',
      severity: 'error',
      from: { path: '^test/stand-ins/', pathNot: '^test/stand-ins/test/' },
      to: { path: '^(plugin|middleware|scripts|test)/', pathNot: '^test/stand-ins/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(lib|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['@file-migration/source', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
