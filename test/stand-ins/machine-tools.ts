import { accessSync, appendFileSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What some tests need beside Node, and what brings it. */
const SOURCES = {
  rclone: 'Debian: rclone',
  java: 'Debian: default-jre-headless',
  nginx: 'Debian: nginx-light',
  PostgreSQL: 'Debian: postgresql',
  script: 'Debian: bsdutils',
  'cfn-lint': 'pip install cfn-lint',
  'Ceph RGW': 'Debian: radosgw, ceph-mon, ceph-osd and ceph-common, then npm run rgw:up',
} as const satisfies Readonly<Record<string, string>>;

export type MachineTool = keyof typeof SOURCES;

/** Where this machine's PATH has the program. */
export function programPath(name: string): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether this machine's PATH has the program. */
export const hasProgram = (name: string): boolean => programPath(name) !== undefined;

/**
 * `describe` where the tool is there; else the suite is pending with all of its hooks, and the end of the run says so.
 * A suite must not decide that in a `before`: mocha then still runs its `after` hooks, over what was never started.
 * @throws Error where REQUIRE_TOOLS, a list with commas, names the tool
 */
export function describeWith(
  tool: MachineTool,
  title: string,
  suite: (this: Mocha.Suite) => void,
  isThere = hasProgram(tool),
): void {
  if (isThere) describe(title, suite);
  else {
    noteMissing(tool, title);
    describe.skip(title, suite);
  }
}

/** `it` where the tool is there. @see describeWith */
export function itWith(tool: MachineTool, title: string, test: Mocha.AsyncFunc): void {
  if (hasProgram(tool)) it(title, test);
  else {
    noteMissing(tool, title);
    it.skip(title);
  }
}

function noteMissing(tool: MachineTool, title: string): void {
  const needs = `${tool} (${SOURCES[tool]})`;
  if ((process.env.REQUIRE_TOOLS ?? '').split(',').includes(tool)) {
    throw new Error(`REQUIRE_TOOLS names ${tool}, but this machine has none, and "${title}" needs ${needs}.`);
  }
  const list = process.env.NOT_TESTED_LIST;
  if (list !== undefined) appendFileSync(list, `${JSON.stringify({ needs, title })}\n`);
}
