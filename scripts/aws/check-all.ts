import { resolve } from 'node:path';
import type { Check } from './check.ts';
import { bucketTemplate } from './checks/bucket-template.ts';
import { cfnLint } from './checks/cfn-lint.ts';
import { dockerfile } from './checks/dockerfile.ts';
import { fleetTemplate } from './checks/fleet-template.ts';
import { policies } from './checks/policies.ts';
import { redirectTemplate } from './checks/redirect-template.ts';
import { workflows } from './checks/workflows.ts';

const CHECKS: readonly Check[] = [
  policies,
  bucketTemplate,
  dockerfile,
  redirectTemplate,
  fleetTemplate,
  workflows,
  cfnLint,
];

const project = { root: resolve(import.meta.dirname, '../..') };
for (const { name, run, unavailable } of CHECKS) {
  const why = unavailable?.();
  if (why !== undefined) {
    const required = process.env.REQUIRE_CFN_LINT === '1';
    console.log(`${required ? 'FAIL' : 'SKIPPED'}  ${name}: ${why}`);
    if (required) process.exitCode = 1;
    continue;
  }
  const problems = run(project);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const { file, line, message } of problems)
    console.log(`      ${file}${line === undefined ? '' : `:${line}`} ${message}`);
  if (problems.length > 0) process.exitCode = 1;
}
