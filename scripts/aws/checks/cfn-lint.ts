import { spawnSync } from 'node:child_process';
import { AWS_FOLDER, filesIn, type Check, type Problem } from '../check.ts';

/** Regions whose resource schemas the templates must fit. */
const REGIONS = ['eu-central-1', 'us-east-1', 'us-gov-west-1'];

/** CloudFormation's own schemas, by the linter that AWS maintains. npm has none: the workflow installs it by pip. */
export const cfnLint: Check = {
  name: 'cfn-lint',
  unavailable: () =>
    spawnSync('cfn-lint', ['--version']).status === 0
      ? undefined
      : 'no cfn-lint on this machine (pip install cfn-lint); the workflow ci.yml runs it',
  run: (project) => {
    const templates = filesIn(project, AWS_FOLDER, /\.ya?ml$/);
    const { status, stdout, stderr } = spawnSync(
      'cfn-lint',
      ['--format', 'parseable', '--regions', ...REGIONS, '--template', ...templates],
      { cwd: project.root, encoding: 'utf8' },
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    if (status !== 0 && lines.length === 0) return [{ file: AWS_FOLDER, message: `cfn-lint failed: ${stderr.trim()}` }];
    return lines.map(problemOf);
  },
};

/** `file:line:column:line:column:rule:message` */
function problemOf(text: string): Problem {
  const [file = '', line, , , , rule = '', ...message] = text.split(':');
  return { file, line: Number(line), message: `${rule} ${message.join(':').trim()}` };
}
