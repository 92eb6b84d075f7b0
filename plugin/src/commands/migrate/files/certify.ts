import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { Certificate } from '../../../certify/certificate.ts';
import type { ExitPlan } from '../../../certify/certify.ts';
import type { Proof } from '../../../certify/check-certificate.ts';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { apiVersionFlag, configFileFlag, takeOverFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import { countOf } from '../../../format/quantity.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'certify');

/** Bytes of a certificate; ours have a few thousand. */
const largestCertificate = 4 * 1024 * 1024;

export type CertifyCommandResult =
  | ExitPlan
  | { readonly certificate: Certificate; readonly bucketKey: string; readonly files: readonly string[] }
  | { readonly accepted: number; readonly file: string }
  | Proof;

export default class Certify extends MigrateCommand<CertifyCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    execute: Flags.boolean({
      summary: messages.getMessage('flags.execute.summary'),
      exclusive: ['accept', 'check', 'output-file'],
    }),
    accept: Flags.file({
      summary: messages.getMessage('flags.accept.summary'),
      description: messages.getMessage('flags.accept.description'),
      exclusive: ['check', 'output-file'],
    }),
    check: Flags.file({
      summary: messages.getMessage('flags.check.summary'),
      description: messages.getMessage('flags.check.description'),
    }),
    'public-key': Flags.file({ summary: messages.getMessage('flags.public-key.summary'), dependsOn: ['check'] }),
    sample: Flags.integer({
      summary: messages.getMessage('flags.sample.summary'),
      min: 1,
      dependsOn: ['check'],
    }),
    mode: Flags.option({ options: ['head', 'full'] as const })({
      summary: messages.getMessage('flags.mode.summary'),
      dependsOn: ['check'],
    }),
    'output-dir': Flags.directory({
      summary: messages.getMessage('flags.output-dir.summary'),
      default: '.',
    }),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<CertifyCommandResult> {
    const { flags } = await this.parse(Certify);
    return interruptible<CertifyCommandResult>((signal) => {
      if (flags.accept !== undefined) return this.#accept(flags, flags.accept);
      if (flags.check !== undefined) return this.#check(flags, flags.check, signal);
      return flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal);
    });
  }

  async #plan(flags: CertifyFlags, signal: AbortSignal): Promise<ExitPlan> {
    const [{ openReadContext }, { certifyTools }, { planExit }, progressOf, ui, csv] = await Promise.all([
      import('../../../context/read.ts'),
      import('../../../context/certify.ts'),
      import('../../../certify/certify.ts'),
      import('../../../certify/certify-progress.ts'),
      import('../../../ui/certify/text.ts'),
      import('../../../ui/certify/csv.ts'),
    ]);
    const config = await this.#config(flags);
    await using context = await openReadContext({ config, targetOrg: flags['target-org'], signal });
    const { catalog } = context;
    if (catalog === undefined) throw noCatalog(config.catalog.file);
    const tools = await certifyTools({ ...context, catalog }, config, process.env);
    const progress = new progressOf.CertifyProgress();
    const list = await openList(flags['output-file'], csv.openHeader);
    const options = {
      config,
      env: process.env,
      now: Date.now(),
      signal,
      progress,
      onOpen: (open: Parameters<typeof csv.openLine>[0]) => list?.write(csv.openLine(open)),
    };
    const shown = { title: 'Certify', stages: progressOf.certifyStages.slice(0, 3), source: () => progress.now() };
    const plan = await this.withProgress(shown, signal, () => planExit(tools, options)).finally(() => list?.end());
    for (const line of ui.exitPlanLines(plan)) this.log(line);
    if (flags['output-file'] !== undefined) this.log(messages.getMessage('info.List', [flags['output-file']]));
    return plan;
  }

  async #execute(flags: CertifyFlags, signal: AbortSignal): Promise<CertifyCommandResult> {
    const [{ certifyTools }, { certificateFile, issueCertificate }, progressOf, ui, { certificateHtml }, pdf] =
      await Promise.all([
        import('../../../context/certify.ts'),
        import('../../../certify/certify.ts'),
        import('../../../certify/certify-progress.ts'),
        import('../../../ui/certify/text.ts'),
        import('../../../ui/certify/html.ts'),
        import('../../../ui/certify/pdf.ts'),
      ]);
    // a folder that cannot be written is no news for the end
    await mkdir(flags['output-dir'], { recursive: true });
    return this.withWriteContext(flags, 'certify', signal, async (context, config) => {
      const progress = new progressOf.CertifyProgress();
      const options = { config, env: process.env, now: Date.now(), signal, progress };
      const shown = { title: 'Certify', stages: progressOf.certifyStages, source: () => progress.now() };
      const tools = await certifyTools(context, config, process.env);
      const { certificate, certificateKey } = await this.withProgress(shown, signal, () =>
        issueCertificate(tools, options, certificateHtml),
      );
      const { statement } = certificate;
      context.log.event('certificate issued', { id: statement.id, merkleRoot: statement.ledger.merkleRoot });
      const base = join(flags['output-dir'], `certificate-${statement.id}`);
      const files = [`${base}.json`, `${base}.html`, `${base}.pdf`] as const;
      await writeFile(files[0], certificateFile(certificate));
      await writeFile(files[1], certificateHtml(certificate));
      await pdf.writeCertificatePdf(certificate, files[2]);
      this.log(messages.getMessage('info.Issued', [statement.id, config.target.bucket, certificateKey]));
      this.log(`  ${ui.countsText(statement.counts)}`);
      for (const file of files) this.log(`  ${file}`);
      this.log(messages.getMessage('info.Check', [files[0]]));
      return { certificate, bucketKey: certificateKey, files };
    });
  }

  async #accept(flags: CertifyFlags, file: string): Promise<CertifyCommandResult> {
    const [{ openBoundCatalog }, { readDecisions }] = await Promise.all([
      import('../../../context/open-catalog.ts'),
      import('../../../certify/decisions-file.ts'),
    ]);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: false });
    await using bound = await openBoundCatalog(config, { command: this.typed(), takeOver: flags['take-over'] });
    if (bound === undefined) throw noCatalog(config.catalog.file);
    const decisions = await readDecisions(file, bound.catalog, new Date().toISOString().slice(0, 10));
    const accepted = await bound.catalog.recordDecisions(decisions);
    this.log(messages.getMessage('info.Accepted', [countOf(accepted, 'decision'), file]));
    return { accepted, file };
  }

  async #check(flags: CertifyFlags, file: string, signal: AbortSignal): Promise<Proof> {
    const [{ openProofContext }, { parseCertificate }, proofOf, progressOf, ui, csv, { readPublicKey }] =
      await Promise.all([
        import('../../../context/certify.ts'),
        import('../../../certify/certificate.ts'),
        import('../../../certify/check-certificate.ts'),
        import('../../../certify/certify-progress.ts'),
        import('../../../ui/certify/text.ts'),
        import('../../../ui/certify/csv.ts'),
        import('../../../certify/signing-key.ts'),
      ]);
    const certificate = parseCertificate(await smallFile(file));
    const keyFile = flags['public-key'];
    const trusted = keyFile === undefined ? undefined : readPublicKey(await readFile(keyFile), keyFile);
    const config = await this.#config(flags);
    const list = await openList(flags['output-file'], csv.findingHeader);
    await using context = await openProofContext({ config, signal }, certificate.statement.organizationId);
    const progress = new progressOf.CertifyProgress();
    const request = { mode: flags.mode ?? 'head', sample: flags.sample, trusted } as const;
    const options = {
      place: config,
      signal,
      progress,
      onFinding: (finding: Parameters<typeof csv.findingLine>[0]) => {
        progress.needsAttention();
        list?.write(csv.findingLine(finding));
      },
    };
    const shown = { title: 'Check', stages: progressOf.proofStages, source: () => progress.now() };
    const proof = await this.withProgress(shown, signal, () =>
      proofOf.checkCertificate(context.storage, certificate, request, options),
    ).finally(() => list?.end());
    for (const line of ui.proofLines(proof)) this.log(line);
    if (trusted === undefined) this.warn(messages.getMessage('warning.KeyNotCompared'));
    return this.#proved(proof);
  }

  /** @throws exit code 1 for what is not genuine; 68 where objects differ */
  #proved(proof: Proof): Proof {
    if (proof.verdict === 'objects-differ') this.endWithFailures();
    if (proof.verdict !== 'not-genuine') return proof;
    throw stopWith(messages.getMessage('error.NotGenuine', [proof.id]), {
      name: 'CertificateNotGenuineError',
      exitCode: exitCode.failed,
      actions: proof.firstFindings.slice(0, 3).map(({ kind, message }) => `${kind}: ${message}`),
      data: proof,
    });
  }

  async #config(flags: CertifyFlags) {
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    return config;
  }
}

type CertifyFlags = Interfaces.InferredFlags<typeof Certify.flags>;

/** A file that anybody may have written, of the size that a certificate can have. */
async function smallFile(file: string): Promise<Buffer> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  if (size <= largestCertificate) return await handle.readFile();
  throw stopWith(messages.getMessage('error.TooLarge', [file, size]), {
    name: 'CertificateInvalidError',
    exitCode: exitCode.wrongUse,
  });
}

type List = { write(line: string): void; end(): Promise<void> };

/** A CSV file that is open from the beginning; one that cannot be written is no news for the end. */
async function openList(file: string | undefined, header: string): Promise<List | undefined> {
  if (file === undefined) return undefined;
  const handle = await open(file, 'w');
  const stream = createWriteStream(file, { fd: handle });
  stream.write(header);
  return {
    write: (line) => void stream.write(line),
    end: async () => {
      stream.end();
      await finished(stream);
    },
  };
}

function noCatalog(file: string): Error {
  return stopWith(messages.getMessage('error.NoCatalog', [file]), {
    name: 'NotReadyError',
    exitCode: exitCode.notReady,
    actions: ['sf migrate files backup'],
  });
}
