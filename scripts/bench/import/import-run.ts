/** One import in a process of its own, to be measured. Its task comes as JSON in the first argument. */
import { ImportProgress, importPredecessor } from '../../../plugin/src/import/import.ts';
import { withTools, type PhasePlace } from '../phase/tools.ts';

export type ImportRun = PhasePlace & { readonly database: string };

/** As far as the benchmark reads it. */
export type ImportRunResult = {
  readonly adopted: number;
  readonly notThere: number;
  /** Whether the catalog's counters say what counting its rows says. */
  readonly countsAddUp: boolean;
  readonly seconds: number;
};

const { database, ...place } = JSON.parse(process.argv[2] ?? '') as ImportRun;
const result = await withTools(place, async ({ config, catalog, storage, log }): Promise<ImportRunResult> => {
  const { adopted, toCopy, seconds } = await importPredecessor(
    { catalog, storage, log },
    { database, layout: config.key, outputFile: undefined },
    {
      info: { command: 'bench import', configSnapshot: {} },
      progress: new ImportProgress(),
      signal: new AbortController().signal,
    },
  );
  const countsAddUp = JSON.stringify(await catalog.counts()) === JSON.stringify(await catalog.recount());
  return { adopted, notThere: toCopy['not-there'], countsAddUp, seconds };
});
process.stdout.write(JSON.stringify(result));
