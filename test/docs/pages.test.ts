import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');

type SnapshotEntry = {
  readonly command: string;
  readonly flags: readonly string[];
  readonly flagChars: readonly string[];
};

const snapshot = JSON.parse(readFileSync(join(root, 'plugin/command-snapshot.json'), 'utf8')) as SnapshotEntry[];
const commands = new Map(snapshot.map((entry) => [entry.command.split(':').slice(2).join(' '), entry]));

/** The pages that are in the repository, or about to be. */
const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && !page.includes('node_modules/') && !page.startsWith('plugin/messages/'))
  .filter((page) => existsSync(join(root, page)));

function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** Without code, in which brackets are no links. */
function prose(text: string): string {
  return text.replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, '').replace(/`[^`\n]*`/g, '');
}

/** As GitHub makes them from a heading's text. */
function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ''] of text.replace(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/^#{1,6} +(.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/ /g, '-');
    let name = slug;
    for (let n = 1; found.has(name); n++) name = `${slug}-${n}`;
    found.add(name);
  }
  return found;
}

function brokenLinks(page: string): string[] {
  const broken: string[] = [];
  for (const [, target = ''] of prose(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(https?|mailto):/.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(root, page) : join(root, dirname(page), decodeURI(path));
    if (!existsSync(file)) broken.push(`${page}: ${target} does not exist`);
    else if (anchor !== undefined && statSync(file).isFile() && !anchors(readFileSync(file, 'utf8')).has(anchor)) {
      broken.push(`${page}: ${relative(root, file)} has no heading #${anchor}`);
    }
  }
  return broken;
}

/** Every use of a command in the text of a page, from its name to the end of its flags. */
function* usesIn(text: string): Generator<string> {
  const joined = text.replace(/\\\n\s*/g, ' ');
  for (const [use] of joined.matchAll(/sf migrate files[^\n`|;]*/g)) yield use;
}

function wrongUse(use: string): string | undefined {
  const words = use
    .replace(/["“][^"”]*["”]/g, 'VALUE')
    .replace(/\s#.*$/, '')
    .split(/[\s,/()]+/)
    .slice(3);
  const subject = words.slice(0, 2).join(' ');
  const name = commands.has(subject) ? subject : (words[0] ?? '');
  const known = commands.get(name);
  // a placeholder, the whole topic, or the middle of a sentence
  if (known === undefined) return /^[a-z]+$/.test(name) ? `there is no command "${name}"` : undefined;
  for (const word of words) {
    const flag = /^--(?:no-)?([a-z][a-z-]*)/.exec(word)?.[1];
    const negated = /^--no-([a-z-]+)/.exec(word)?.[1];
    if (flag === undefined || flag === 'help') continue;
    const all = [...known.flags];
    const isKnown =
      all.includes(flag) || all.includes(`no-${flag}`) || (negated !== undefined && all.includes(negated));
    if (!isKnown) return `"${name}" has no flag --${flag}`;
  }
  return undefined;
}

describe('the pages', () => {
  it('link to what exists, down to the heading', () => {
    expect(pages.flatMap(brokenLinks)).to.deep.equal([]);
  });

  it('use commands and flags that exist', () => {
    const wrong = pages.flatMap((page) =>
      [...usesIn(textOf(page))].flatMap((use) => {
        const why = wrongUse(use);
        return why === undefined ? [] : [`${page}: ${use.trim()}: ${why}`];
      }),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('would be caught with a command or a flag that does not exist', () => {
    expect(wrongUse('sf migrate files backup --incremental --limit 10')).to.equal(undefined);
    expect(wrongUse('sf migrate files backup --faster')).to.include('--faster');
    expect(wrongUse('sf migrate files teleport --now')).to.include('teleport');
  });
});
