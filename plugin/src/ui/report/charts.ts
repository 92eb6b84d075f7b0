import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { EVIDENCE_GRADES } from '@file-migration/config';
import { type Timeline, timeSteps } from '../../catalog/statistics.ts';
import { type DocumentState, documentStates } from '../../model/document-state.ts';
import { byteUnit, count } from '../../format/quantity.ts';
import type { Report } from '../../report/report.ts';

/** Tones by meaning, the same in every chart; readable in print and for the colour-blind. */
export const stateTone: Readonly<Record<DocumentState, string>> = {
  switched: '#0b5cab',
  verified: '#2e844a',
  copied: '#91c9a0',
  discovered: '#c9c9c9',
  changed: '#dd7a01',
  failed: '#ba0517',
  missing: '#e3667a',
  denied: '#8a033e',
  archived: '#7f5b9e',
  skipped: '#939393',
  deleted: '#5c5c5c',
};
const accent = '#0b5cab';
const width = 990;
const shownBars = 12;

/** Charts as SVG text, by the part of the report that they belong to. */
export type Charts = Readonly<
  Record<'progress' | 'throughput' | 'outcome' | 'extensions' | 'accounts' | 'evidence', string>
>;

/** Draws all charts; those without anything to show are empty. */
export function drawCharts(report: Report): Charts {
  return {
    progress: progress(report),
    throughput: throughput(report),
    outcome: outcome(report),
    extensions: bars(
      'Documents by extension',
      report.breakdown.extensions.map(({ name, documents }) => ({ name: name === '' ? '(none)' : name, documents })),
    ),
    accounts: bars(
      'Documents of the largest accounts',
      report.accounts.map(({ accountId, accountName, documents }) => ({
        name: shortened(accountName ?? accountId ?? '(no account)'),
        documents,
      })),
    ),
    evidence: bars(
      'Copies by grade of evidence',
      EVIDENCE_GRADES.map((grade) => ({ name: `Evidence ${grade}`, documents: report.counts.evidence[grade] })),
      false,
    ),
  };
}

function progress({ breakdown: { timeline }, counts }: Report): string {
  const { step, copies } = timeline;
  let sum = 0;
  const points = copies.map(({ name, documents }) => ({ at: new Date(name), documents: (sum += documents) }));
  const [first] = points;
  if (first === undefined) return '';
  // from nothing, so that what was copied within one step is a rise and not a dot
  points.unshift({ at: new Date(first.at.getTime() - timeSteps[step]), documents: 0 });
  return svg(`Copies made until each ${step}`, {
    height: 240,
    y: { grid: true, label: 'documents copied', tickFormat: '~s', domain: [0, Math.max(counts.documents, sum)] },
    x: timeAxis(timeline),
    marks: [
      Plot.ruleY([counts.documents], { stroke: '#5c5c5c', strokeDasharray: '4 3' }),
      Plot.areaY(points, { x: 'at', y: 'documents', fill: accent, fillOpacity: 0.15 }),
      Plot.lineY(points, { x: 'at', y: 'documents', stroke: accent, strokeWidth: 2 }),
      Plot.dot(points, { x: 'at', y: 'documents', fill: accent, r: points.length > 40 ? 0 : 3 }),
    ],
  });
}

function throughput({ breakdown: { timeline } }: Report): string {
  const { step, copies } = timeline;
  if (copies.length === 0) return '';
  const { unit, size } = byteUnit(Math.max(...copies.map(({ bytes }) => bytes)));
  const points = copies.map(({ name, bytes }) => ({ at: new Date(name), bytes: bytes / size }));
  return svg(`${unit} copied in each ${step}`, {
    height: 200,
    y: { grid: true, label: `${unit} copied ${step === 'hour' ? 'an' : 'a'} ${step}` },
    x: timeAxis(timeline),
    marks: [Plot.rectY(points, { x: 'at', y: 'bytes', interval: step, fill: accent }), Plot.ruleY([0])],
  });
}

/** Times of day by the 24 hours, which Plot's own ticks do not tell; days are told well by them. */
function timeAxis({ step }: Timeline): Plot.ScaleOptions {
  const part = { second: [11, 19], minute: [5, 16], hour: [5, 16], day: undefined }[step];
  if (part === undefined) return { type: 'utc', label: null };
  const [from, to] = part;
  return {
    type: 'utc',
    label: null,
    ticks: 8,
    tickFormat: (at: Date) => at.toISOString().slice(from, to).replace('T', ' '),
  };
}

function outcome({ counts }: Report): string {
  const states = documentStates.filter((state) => counts.states[state] > 0);
  if (states.length === 0) return '';
  return svg('Documents by state', {
    height: 90,
    x: { label: null, tickFormat: '~s' },
    color: { domain: states, range: states.map((state) => stateTone[state]) },
    marks: [
      Plot.barX(
        states.map((state) => ({ state, documents: counts.states[state] })),
        Plot.stackX({ x: 'documents', fill: 'state', order: states, insetRight: 1 }),
      ),
    ],
  });
}

function bars(title: string, rows: readonly { name: string; documents: number }[], limited = true): string {
  const shown = (limited ? rows.slice(0, shownBars) : [...rows]).map((row, nth) => ({ ...row, place: nth }));
  if (shown.every(({ documents }) => documents === 0)) return '';
  return svg(title, {
    height: 58 + shown.length * 24,
    marginTop: 6,
    marginBottom: 42,
    marginLeft: 230,
    marginRight: 80,
    x: { grid: true, label: 'documents', labelOffset: 38, tickFormat: '~s', nice: true },
    y: {
      label: null,
      domain: shown.map(({ place }) => place),
      tickFormat: (place: number) => shown[place]?.name ?? '',
    },
    marks: [
      Plot.barX(shown, { x: 'documents', y: 'place', fill: accent, insetTop: 2, insetBottom: 2 }),
      Plot.text(shown, {
        x: 'documents',
        y: 'place',
        text: ({ documents }: { documents: number }) => count(documents),
        textAnchor: 'start',
        dx: 5,
      }),
    ],
  });
}

/** What is used of a DOM: Node's types have none. */
type Drawing = { readonly outerHTML: string; setAttribute(name: string, value: string): void };
type Page = { readonly document: NonNullable<Plot.PlotOptions['document']> };

function svg(title: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as Page;
  const plot = Plot.plot({ width, style: { fontSize: '12px' }, ...options, document }) as unknown as Drawing;
  plot.setAttribute('role', 'img');
  // the same figures stand in a table or in the sentence below: the picture needs a name only
  plot.setAttribute('aria-label', title);
  return plot.outerHTML;
}

function shortened(name: string): string {
  return name.length > 28 ? `${name.slice(0, 27)}…` : name;
}
