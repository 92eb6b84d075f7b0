import { spawn } from 'node:child_process';

/** What `sf … --json` prints. */
export type SfAnswer = {
  readonly status: number;
  readonly result?: unknown;
  readonly name?: string;
  readonly message?: string;
};

/** Something that a person has to fix; its text is all they see. */
export class Refusal extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs the sf CLI of this project or of the machine. @throws Refusal when it cannot be started or prints no JSON */
export async function sf(args: readonly string[]): Promise<SfAnswer> {
  const text = await output([...args, '--json']);
  try {
    return JSON.parse(text.slice(text.indexOf('{'))) as SfAnswer;
  } catch {
    throw new Refusal(`sf ${args.slice(0, 3).join(' ')} printed no JSON: ${text.trim().slice(0, 300) || 'nothing'}`);
  }
}

/** The result of a command that must succeed. @throws Refusal with what the CLI said */
export async function sfResult<T>(args: readonly string[]): Promise<T> {
  const { status, result, message } = await sf(args);
  if (status !== 0) throw new Refusal(`sf ${args.slice(0, 3).join(' ')}: ${message ?? `status ${status}`}`);
  return result as T;
}

/** Rows of a SOQL query. @throws Refusal */
export async function query<Row>(org: string, soql: string, ...more: readonly string[]): Promise<readonly Row[]> {
  const { records } = await sfResult<{ records: readonly Row[] }>([
    ...['data', 'query', '--target-org', org, '--query', soql],
    ...more,
  ]);
  return records;
}

/** Prints a refusal as one sentence, and sets its exit code; anything else goes on. */
export async function orRefuse(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

function output(args: readonly string[]): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn('sf', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => failed(new Refusal(`The sf CLI cannot be started (${error.message}).`)));
    child.once('close', () => done(Buffer.concat(chunks).toString('utf8')));
  });
}
