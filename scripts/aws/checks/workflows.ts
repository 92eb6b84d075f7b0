import { parse } from 'yaml';
import { filesIn, textOf, type Check, type Problem, type Project } from '../check.ts';

type Workflow = {
  readonly permissions?: unknown;
  readonly jobs?: Readonly<Record<string, { readonly 'timeout-minutes'?: number }>>;
};

/** What runs on a runner: pinned, with no more rights than it needs, and with an end. */
export const workflows: Check = {
  name: 'workflows',
  run: (project) =>
    filesIn(project, '.github/workflows', /\.ya?ml$/).flatMap((file) => workflowProblems(project, file)),
};

function workflowProblems(project: Project, file: string): Problem[] {
  const text = textOf(project, file);
  const workflow = parse(text) as Workflow;
  const problems: Problem[] = [];
  if (workflow.permissions === undefined) problems.push({ file, message: 'has the default permissions of its token' });
  for (const [name, job] of Object.entries(workflow.jobs ?? {})) {
    if (job['timeout-minutes'] === undefined) problems.push({ file, message: `the job ${name} may run for six hours` });
  }
  for (const [index, line] of text.split('\n').entries()) {
    const used = /^\s*(?:-\s+)?uses:\s*(\S+)(.*)$/.exec(line);
    if (used === null) continue;
    const [, action = '', comment = ''] = used;
    if (action.startsWith('./')) continue;
    if (!/@[0-9a-f]{40}$/.test(action)) {
      problems.push({ file, line: index + 1, message: `${action} is a name that can be moved: pin the commit` });
    } else if (!/#\s*v\d+\.\d+\.\d+/.test(comment)) {
      problems.push({ file, line: index + 1, message: `${action} does not say which version that is` });
    }
  }
  return problems;
}
