import { resolve } from 'node:path';
import type { Check } from './check.ts';
import { apexRules } from './checks/apex-rules.ts';
import { apexTests } from './checks/apex-tests.ts';
import { apexTypes } from './checks/apex-types.ts';
import { bareDeployment } from './checks/bare-deployment.ts';
import { conversion } from './checks/conversion.ts';
import { crossReferences } from './checks/cross-references.ts';
import { documentedLimits } from './checks/documented-limits.ts';
import { format } from './checks/format.ts';
import { lwcRules } from './checks/lwc-rules.ts';
import { lwcTests } from './checks/lwc-tests.ts';
import { metadataSchema } from './checks/metadata-schema.ts';
import { removalOrder } from './checks/removal-order.ts';
import { slds } from './checks/slds.ts';
import { soqlFields } from './checks/soql-fields.ts';
import { hasJava } from './java.ts';
import { projectAt } from '@file-migration/stand-ins/sfdx-project/project';

/** Cheapest first: what is badly formed is told before what is badly thought. */
const CHECKS: readonly Check[] = [
  format,
  metadataSchema,
  documentedLimits,
  crossReferences,
  soqlFields,
  apexTests,
  conversion,
  bareDeployment,
  removalOrder,
  lwcRules,
  slds,
  apexTypes,
  apexRules,
  lwcTests,
];

const project = projectAt(resolve(import.meta.dirname, '../..'));
const java = hasJava();
for (const check of CHECKS) {
  if (check.needsJava === true && !java) {
    const required = process.env.REQUIRE_JAVA === '1';
    console.log(
      `${required ? 'FAIL' : 'SKIPPED'}  ${check.name}: no Java on this machine (Debian: default-jre-headless)`,
    );
    if (required) process.exitCode = 1;
    continue;
  }
  const startedAt = performance.now();
  const problems = await check.run(project);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${check.name} (${seconds} s)`);
  for (const { file, line, message } of problems)
    console.log(`      ${file}${line === undefined ? '' : `:${line}`} ${message}`);
  if (problems.length > 0) process.exitCode = 1;
}
// engines of the analyzer keep worker processes open
process.exit(process.exitCode ?? 0);
