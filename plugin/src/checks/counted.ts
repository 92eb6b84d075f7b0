import type { Org } from '../org/port.ts';

/** The number that `SELECT COUNT(Id) found FROM …` answers. */
export async function counted(org: Org, soql: string): Promise<number> {
  for await (const row of org.query(soql)) return Number(row.found);
  return 0;
}
