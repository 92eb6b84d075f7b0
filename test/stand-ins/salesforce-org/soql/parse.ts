import { parseQuery, type Query } from '@jetstreamapp/soql-parser-js';
import { malformed } from './conditions.ts';

/** The query's tree; throws MALFORMED_QUERY. */
export function parseSoql(soql: string): Query {
  if (soql.trim() === '') throw malformed('SOQL statements cannot be empty or null');
  // 100,000 characters: https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta
  if (soql.length > 100_000) throw malformed('SOQL statement is longer than 100,000 characters');
  try {
    return parseQuery(soql);
  } catch (error) {
    const found = /but found: ?'([^']*)'|found: (\S+)$/.exec(error instanceof Error ? error.message : '');
    const token = found?.[1] ?? found?.[2] ?? '';
    throw malformed(`${soql}\nunexpected token: ${token === '' ? "'<EOF>'" : `'${token}'`}`);
  }
}
