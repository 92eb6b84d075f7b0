import { lint } from '@salesforce-ux/slds-linter/executor';

/** Lints the folders named on the command line, seen from the working folder; the last line printed is JSON. */
const results: unknown[] = [];
for (const directory of process.argv.slice(2)) results.push(...((await lint({ directory })) as unknown[]));
process.stdout.write(`\n${JSON.stringify(results)}`);
