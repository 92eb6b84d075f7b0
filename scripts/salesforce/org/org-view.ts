import type { OrgView } from './stage.ts';
import { query, Refusal, sf } from './sf.ts';

/** An org as the sf CLI shows it. */
export function orgView(org: string): OrgView {
  return {
    fields: async (object) => {
      const { status, result, message } = await sf(['sobject', 'describe', '--target-org', org, '--sobject', object]);
      if (status === 0) return (result as { fields: { name: string; permissionable: boolean }[] }).fields;
      if (/NOT_FOUND|does not exist|INVALID_TYPE/i.test(message ?? '')) return undefined;
      throw new Refusal(`Describe ${object}: ${message ?? 'no answer'}`);
    },
    records: async (type) => {
      try {
        const rows = await query<{ DeveloperName: string }>(org, `SELECT DeveloperName FROM ${type}`);
        return rows.map(({ DeveloperName: name }) => name);
      } catch (error) {
        // before the first deployment the org does not know the type
        if (error instanceof Refusal && /INVALID_TYPE|is not supported/.test(error.message)) return [];
        throw error;
      }
    },
  };
}
