import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { manifestCommands, shortName } from '@file-migration/kit/command/command-manifest';

const executable = fileURLToPath(new URL('../../plugin/bin/run.js', import.meta.url));
const columns = '100';

/** `docs/commands.md`: a table of the commands, then the help of each as `--help` prints it. */
export async function commandDocs(): Promise<string> {
  const commands = await manifestCommands();
  const rows = commands.map((command) => {
    const name = shortName(command);
    return `| [\`sf migrate files ${name}\`](#sf-migrate-files-${name.replaceAll(' ', '-')}) | ${command.summary} |`;
  });
  const chapters = await Promise.all(commands.map((command) => chapter(shortName(command))));
  return [
    '# Commands',
    'Written by `npm run generate` from the commands themselves; a test fails when this page is stale.',
    ['| command | what it does |', '| --- | --- |', ...rows].join('\n'),
    'Every command takes `--json`; the schemas of the results are in [`plugin/schemas`](../plugin/schemas).',
    ...chapters,
    '',
  ].join('\n\n');
}

async function chapter(name: string): Promise<string> {
  return `## sf migrate files ${name}\n\n\`\`\`text\n${await help(name)}\n\`\`\``;
}

async function help(name: string): Promise<string> {
  const env = { ...process.env, OCLIF_COLUMNS: columns, NO_COLOR: '1', FORCE_COLOR: '0' };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [executable, 'migrate', 'files', ...name.split(' '), '--help'],
    {
      env,
    },
  );
  return stdout.trim().replace(/[ \t]+$/gm, '');
}
