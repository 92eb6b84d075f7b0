import type { Analysis, Ranking } from './analysis-result.ts';
import { nameRules, type NameRule } from './name-rules.ts';
import type { Part, TempDatabase } from './temp-database.ts';

const listedAtMost = 100;
const accountSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] as const;
/** What documents were counted by, the most frequent names first. */
export function rankings(temp: TempDatabase): Pick<Analysis, 'extensions' | 'years' | 'types' | 'hosts' | 'accounts'> {
  const ranking = (part: Part): Ranking => {
    const { names, documents } = temp.total(part);
    const listed = temp.most(part, listedAtMost);
    return { names, listed, documentsNotListed: documents - listed.reduce((sum, one) => sum + one.documents, 0) };
  };
  const accounts = ranking('account');
  const without = temp.named('account', '');
  return {
    extensions: ranking('extension'),
    years: ranking('year'),
    types: ranking('type'),
    hosts: ranking('host'),
    accounts: {
      ...accounts,
      names: accounts.names - (without > 0 ? 1 : 0),
      listed: accounts.listed.filter(({ name }) => name !== ''),
      withoutAccount: without,
      histogram: temp
        .histogram('account', accountSteps)
        .map(({ names, documents }, nth) => ({ from: accountSteps[nth] ?? 1, accounts: names, documents })),
    },
  };
}

/** The rules that names hit, each with one of those names. */
export function rulesOf(temp: TempDatabase): Analysis['names']['rules'] {
  return temp.most('rule', listedAtMost).map(({ name, label, documents }) => {
    const rule = name as NameRule;
    return { rule, meaning: nameRules[rule], documents, example: label ?? '' };
  });
}
