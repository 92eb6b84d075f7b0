import { textOf, type Check, type Problem, type Project } from '../check.ts';

const FILE = 'middleware/Dockerfile';
/** Each is built from the project's root, with an ignore file beside it. */
const FILES = [FILE, 'plugin/Dockerfile'];

/**
 * Debian releases whose images get security fixes, by the number in distroless' names; 12 is not built any more
 * (GoogleContainerTools/distroless, SUPPORT_POLICY.md and pull request 2156).
 */
const BUILT_RELEASES: ReadonlyMap<string, string> = new Map([['13', 'trixie']]);

/** What no container engine is needed for: the rest is proven by `npm run check:image` and, with one, by ci.yml. */
export const dockerfile: Check = {
  name: 'Dockerfile',
  run: (project) => [...stageProblems(project), ...FILES.flatMap((file) => contextProblems(project, file))],
};

/** The redirect service's two stages. */
function stageProblems(project: Project): Problem[] {
  const lines = textOf(project, FILE).split('\n');
  const froms = lines.flatMap((text, index) => {
    const image = /^FROM\s+(\S+)/i.exec(text)?.[1];
    return image === undefined ? [] : [{ image, line: index + 1 }];
  });
  const problems: Problem[] = [];
  const say = (line: number | undefined, message: string): void => void problems.push({ file: FILE, line, message });
  const [build, run] = froms;
  if (build === undefined || run === undefined || froms.length !== 2) {
    return [{ file: FILE, message: 'has not the two stages, build and run' }];
  }
  const [, node, release = ''] =
    /^gcr\.io\/distroless\/nodejs(\d+)-debian(\d+):nonroot(?:@sha256:\w+)?$/.exec(run.image) ?? [];
  if (node === undefined) say(run.line, `${run.image} is no distroless image of Node that runs as nonroot`);
  else if (!BUILT_RELEASES.has(release))
    say(run.line, `images of Debian ${release} are not built any more: no security fixes`);
  const codename = BUILT_RELEASES.get(release) ?? '';
  if (node !== undefined && !new RegExp(`^node:${node}-${codename}(?:-slim)?(?:@sha256:\\w+)?$`).test(build.image)) {
    say(build.line, `${build.image} has not the Node and Debian of the second stage, ${run.image}`);
  }
  for (const [index, text] of lines.entries()) {
    if (/^(?:CMD|ENTRYPOINT|HEALTHCHECK\s.*CMD)\s+(?!\[)/i.test(text)) {
      say(index + 1, 'needs a shell, which the image does not have: use the form with brackets');
    }
  }
  return problems;
}

/** What is copied must be in the build's context, and the lockfile needs every workspace. */
function contextProblems(project: Project, file: string): Problem[] {
  const lines = textOf(project, file).split('\n');
  const copied = copiedSources(lines);
  const ignore = `${file}.dockerignore`;
  const keptOut = copied.filter(({ source }) => !letThrough(project, ignore, source));
  const sources = copied.map(({ source }) => source);
  const missing = workspacesOf(project).filter(
    (workspace) =>
      !sources.some(
        (source) => `${workspace}/package.json`.startsWith(`${source}/`) || source === `${workspace}/package.json`,
      ),
  );
  return [
    ...keptOut.map(({ source, line }) => ({ file, line, message: `copies ${source}, which ${ignore} keeps out` })),
    ...missing.map((workspace) => ({
      file,
      message: `does not copy ${workspace}/package.json, without which npm ci refuses the lockfile`,
    })),
  ];
}

/** What comes from the build's context, and in which line. */
function copiedSources(lines: readonly string[]): { readonly source: string; readonly line: number }[] {
  return lines.flatMap((text, index) => {
    const words = /^COPY\s+(?!--from)(.*)$/i.exec(text)?.[1]?.split(/\s+/) ?? [];
    return words.slice(0, -1).map((source) => ({ source, line: index + 1 }));
  });
}

/** The ignore file keeps everything out but what it names. */
function letThrough(project: Project, ignore: string, source: string): boolean {
  const patterns = textOf(project, ignore).split('\n');
  return patterns.some((pattern) => pattern.startsWith('!') && `${source}/`.startsWith(`${pattern.slice(1)}/`));
}

function workspacesOf(project: Project): readonly string[] {
  return (JSON.parse(textOf(project, 'package.json')) as { readonly workspaces: readonly string[] }).workspaces;
}
