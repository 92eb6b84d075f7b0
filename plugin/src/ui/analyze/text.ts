import { bytes, count, countOf, decimal, duration, share } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import { activityLines } from './activity.ts';
import type { Analysis, Ranking } from '../../analyze/analysis-result.ts';
import { phaseLines } from './phases.ts';
import { shareRange, shortened } from './words.ts';

const shownRules = 5;
const shownNames = 12;
const shownAccounts = 15;

/** The analysis for a screen: what a decision needs; with `verbose` every ranking and table. */
export function analysisLines(analysis: Analysis, { verbose = false }: { verbose?: boolean } = {}): string[] {
  const { documents, complete, stoppedAt } = analysis;
  return [
    ...(complete ? [] : [`PARTIAL: interrupted at "${stoppedAt ?? ''}"; all counts are partial.`, '']),
    ...scope(analysis),
    ...section('Reachable sources', reachLines(analysis, verbose)),
    ...section('Sizes', sizeLines(analysis, verbose)),
    ...section('Problematic file names', nameLines(analysis, verbose)),
    ...section('Activity by hour', activityLines(analysis.activity, verbose)),
    ...section('Estimated time and cost', phaseLines(analysis)),
    ...(verbose
      ? [
          ...section('Extensions', ranking('extension', analysis.extensions, documents)),
          ...section('Accounts', accountLines(analysis)),
          ...section('URL hosts', ranking('host', analysis.hosts, analysis.urls.sources)),
          ...section(
            'Notes',
            analysis.notes.map((note) => `  ${note}`),
          ),
        ]
      : []),
    ...(verbose
      ? []
      : ['', 'Show rankings and what the estimates assume with --verbose; write all figures with --output-file.']),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, '─'.repeat(title.length), ...lines];
}

function scope({ documents, accounts, urls, filtered, toCopy, accountId }: Analysis): string[] {
  const row = (label: string, value: number, note = ''): string =>
    `  ${label.padEnd(34)} ${count(value).padStart(11)}  ${share(value, documents).padStart(7)}  ${note}`.trimEnd();
  return [
    `${countOf(documents, 'document')} ${accountId === undefined ? `in ${countOf(accounts.names, 'account')}` : `of account ${accountId}`}; ${count(accounts.withoutAccount)} without an account.`,
    row('without a URL', urls.empty),
    ...(urls.switched > 0 ? [row('already switched', urls.switched, 'the URL is our own link')] : []),
    ...(urls.clones > 0 ? [row('clones of switched ones', urls.clones, 'our link of another record')] : []),
    ...(urls.broken > 0 ? [row('our address, but no document', urls.broken)] : []),
    ...Object.entries(urls.unusable).map(([rule, found]) => row(`unusable URL: ${rule}`, found)),
    ...(filtered > 0 ? [row('excluded by filters', filtered, 'of those with a source')] : []),
    row('to copy', toCopy),
  ];
}

function ranking(head: string, { listed, names, documentsNotListed }: Ranking, of: number): string[] {
  if (listed.length === 0 || (listed.length === 1 && listed[0]?.name === '')) return [];
  const shown = listed.slice(0, shownNames);
  const rest = listed.slice(shownNames).reduce((sum, one) => sum + one.documents, 0) + documentsNotListed;
  const sized = listed.some(({ bytes: size }) => size > 0);
  return [
    ...textTable(
      [head, 'documents', 'share', ...(sized ? ['bytes'] : [])],
      shown.map(({ name, documents, bytes: size }) => [
        name === '' ? '(none)' : shortened(name),
        count(documents),
        share(documents, of),
        ...(sized ? [bytes(size)] : []),
      ]),
      { right: [1, 2, 3] },
    ),
    ...(names > shown.length ? [`… and ${count(names - shown.length)} more with ${countOf(rest, 'document')}.`] : []),
  ];
}

function accountLines({ accounts, documents, accountId }: Analysis): string[] {
  if (accountId !== undefined) return [];
  const steps = accounts.histogram.filter(({ accounts: having }) => having > 0);
  return [
    ...textTable(
      ['account', 'documents', 'share', 'name'],
      accounts.listed
        .slice(0, shownAccounts)
        .map(({ name, label, documents: having }) => [
          name,
          count(having),
          share(having, documents),
          shortened(label ?? ''),
        ]),
      { right: [1, 2] },
    ),
    '',
    ...textTable(
      ['documents of an account', 'accounts', 'documents', 'share'],
      steps.map(({ from, accounts: having, documents: within }, nth) => {
        const next = accounts.histogram[accounts.histogram.findIndex((step) => step.from === from) + 1];
        const upTo = next === undefined ? ' and more' : next.from - 1 === from ? '' : ` to ${count(next.from - 1)}`;
        return [`${count(from)}${upTo}`, count(having), count(within), share(within, documents), String(nth)].slice(
          0,
          4,
        );
      }),
      { right: [1, 2, 3] },
    ),
  ];
}

function nameLines({ names, documents }: Analysis, verbose: boolean): string[] {
  if (names.rules.length === 0) return [];
  const shown = verbose ? names.rules : names.rules.slice(0, shownRules);
  return [
    ...textTable(
      ['rule', 'documents', 'share', 'what it means', 'example'],
      shown.map(({ rule, documents: found, meaning, example }) => [
        rule,
        count(found),
        share(found, documents),
        meaning,
        shortened(example, 40),
      ]),
      { right: [1, 2] },
    ),
    ...(names.rules.length > shown.length ? [`… and ${count(names.rules.length - shown.length)} more rules.`] : []),
    `The longest object key has ${count(names.longestKey)} of 255 characters.`,
  ];
}

function reachLines(
  { methods, reach, sample, everySource, storageClasses, toCopy }: Analysis,
  verbose: boolean,
): string[] {
  if (sample.drawn === 0 && everySource === undefined) return ['  No source was checked (--sample 0).'];
  const cells = (
    name: string,
    { asked, reachable, archived, missing, denied, failed }: Analysis['reach'],
  ): string[] => [name, count(asked), ...[reachable, archived, missing, denied, failed].map(shareRange)];
  const codes = Object.entries(reach.codes);
  return [
    `${countOf(sample.drawn, 'document')} of ${count(toCopy)} drawn at random; in parentheses the 95% confidence interval for all.`,
    ...textTable(
      ['method', 'checked', 'reachable', 'archived', 'missing', 'denied', 'other error'],
      [...methods.map(({ method, ...found }) => cells(method, found)), cells('any method', reach)],
      { right: [1] },
    ),
    ...methods.flatMap(({ method, unfit, stopped }) => [
      ...(unfit > 0 ? [`  ${method} does not apply to ${countOf(unfit, 'sampled document')}.`] : []),
      ...(stopped === undefined ? [] : [`  ${method} was not tried on the rest: ${shortened(stopped, 160)}`]),
    ]),
    ...(codes.length === 0
      ? []
      : [`  Reasons: ${codes.map(([code, found]) => `${code} ${count(found)}`).join(', ')}.`]),
    ...(everySource === undefined
      ? []
      : [
          `  Of all sources${everySource.complete ? '' : ' (PARTIAL)'}: ${count(everySource.reachable)} reachable, ${count(everySource.archived)} archived, ${count(everySource.missing)} missing, ${count(everySource.denied)} denied, ${count(everySource.failed)} with another error.`,
        ]),
    ...(!verbose || storageClasses.length === 0
      ? []
      : [
          '',
          ...textTable(
            ['storage class', 'objects', 'share', 'bytes', 'readable'],
            storageClasses.map(({ storageClass, archived, share: part, bytes: size }) => [
              storageClass,
              count(part.found),
              shareRange(part),
              bytes(size),
              archived ? 'after a restore only' : 'yes',
            ]),
            { right: [1, 3] },
          ),
        ]),
  ];
}

function sizeLines({ sizes, toCopy, liveProbe }: Analysis, verbose: boolean): string[] {
  const { basis, known, mean, largest, total, classes } = sizes;
  const from = {
    field: 'the org’s size field',
    all: 'HEAD of every source',
    sample: 'HEAD of the sample',
    none: 'nothing: no source was checked',
  }[basis];
  const filled = classes.filter(({ documents }) => documents > 0);
  return [
    `  known by ${from}: ${countOf(known, 'document')}`,
    ...(mean === undefined ? [] : [`  mean ${bytes(mean)}, largest ${bytes(largest ?? 0)}`]),
    ...(total === undefined
      ? []
      : [
          `  all ${countOf(toCopy, 'document')} to copy: ${bytes(total.mean)}${total.exact ? '' : ` (95% confidence: ${bytes(total.low)} to ${bytes(total.high)})`}`,
        ]),
    ...(!verbose || filled.length === 0
      ? []
      : textTable(
          ['size', 'documents', 'share', 'bytes'],
          filled.map(({ below, documents, bytes: size }) => [
            below === null ? '1 GB and more' : `below ${bytes(below)}`,
            count(documents),
            share(documents, known),
            bytes(size),
          ]),
          { right: [1, 2, 3] },
        )),
    ...(liveProbe === undefined
      ? []
      : [
          `  ${countOf(liveProbe.read, 'file')} downloaded in ${duration(liveProbe.seconds * 1000)} with ${liveProbe.inFlight} in flight: ${decimal(liveProbe.documentsPerSecond)} files/s, ${bytes(liveProbe.bytesPerSecond)}/s; discarded, nothing was written.`,
        ]),
  ];
}
