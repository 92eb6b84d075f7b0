import Database from 'better-sqlite3';
import { expect } from 'chai';
import { migrate } from '../../plugin/src/catalog/schema.ts';
import { openTables } from '../../plugin/src/catalog/tables/tables.ts';

/** What is asked of all documents on purpose: a recount, the gates of a switch of everything, and a certificate's drift. */
const wholeTable = [
  /GROUP BY 1, 2, 3, 4, 5, 6, 7, 8$/,
  /^SELECT count\(DISTINCT account_id\)/,
  /^SELECT evidence, count\(\*\) .* state_code = 1 GROUP BY evidence$/,
  /^SELECT count\(\*\) FROM documents d WHERE next_attempt IS NOT 0 AND next_attempt IS NULL/,
  /^SELECT count\(\*\) FROM documents WHERE created_at >= \?/,
];

describe('The statements of the catalog', () => {
  let statements: string[];
  let db: Database.Database;
  before(() => {
    db = new Database(':memory:');
    migrate(db, 'catalog', 0);
    statements = [];
    const recording = new Proxy(db, {
      get: (target, name) =>
        name === 'prepare'
          ? (sql: string) => {
              statements.push(sql.replace(/\s+/g, ' ').trim());
              return target.prepare(sql);
            }
          : (Reflect.get(target, name) as () => unknown).bind(target),
    });
    openTables(recording);
  });
  after(() => db.close());

  it('find documents by an index, whatever they look for', () => {
    const scanning = statements.filter((sql) => /SCAN (documents|d)\b/.test(plan(sql)));
    expect(scanning.filter((sql) => !wholeTable.some((known) => known.test(sql)))).to.deep.equal([]);
    expect(scanning).to.have.length(wholeTable.length);
  });

  it('find the documents of one account by its index and its queue', () => {
    const byAccount = statements.filter((sql) => /^SELECT .* documents .*account_id (IS|=) (\?|@account)/.test(sql));
    const plans = byAccount.map(plan);
    expect(plans).to.have.length.above(7);
    for (const text of plans) expect(text).to.match(/INDEX documents_work \(account_id=\?/);
  });

  function plan(sql: string): string {
    const values = Array.from(sql.matchAll(/\?/g), () => 1);
    const named = sql.includes('@account') ? [{ account: 'a' }] : [];
    const rows = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values, ...named);
    return rows.map(({ detail }) => detail).join('\n');
  }
});
