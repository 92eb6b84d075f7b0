import { EVIDENCE_GRADES, EVIDENCE_MEANING } from '@file-migration/config';
import { documentStates, stateMeaning } from '../../model/document-state.ts';
import { bytes, count, countOf, duration, moment, share } from '../../format/quantity.ts';
import { advice } from '../../model/advice.ts';
import { drawCharts, stateTone } from './charts.ts';
import type { Report } from '../../report/report.ts';

/** The report as one HTML file: it opens offline, asks nothing of anybody, and prints. */
export function reportPage(report: Report): string {
  const { counts, place, at, breakdown } = report;
  const charts = drawCharts(report);
  const done = counts.states.verified + counts.states.switched;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>File migration, ${text(moment(at))}</title><style>${style}</style></head><body>
<header><h1>File migration</h1><p>${text(moment(at))}${
    place === undefined
      ? ''
      : ` · ${text(place.object)} of organization ${text(place.organizationId)} · bucket ${text(place.bucket)}`
  }</p></header>
<section class="figures">
${figure(share(done, counts.documents), 'of the documents verified or switched')}
${figure(count(counts.documents), `documents of ${count(counts.accounts)} accounts`)}
${figure(bytes(counts.bytes), 'safe in your bucket')}
${figure(count(needsPerson(report)), 'documents need a person')}
</section>
<section><h2>Where every document stands</h2>${charts.outcome}
${table(
  ['', 'State', 'Documents', 'Share', 'What it means'],
  documentStates
    .filter((state) => counts.states[state] > 0)
    .map((state) => [
      `<i style="background:${stateTone[state]}"></i>`,
      text(state),
      count(counts.states[state]),
      share(counts.states[state], counts.documents),
      text(stateMeaning[state]),
    ]),
  [2, 3],
)}<p class="sum">The states sum to ${count(counts.documents)}.${skipped(report)}</p></section>
<section><h2>Progress</h2>${orNone(charts.progress)}<p class="sum">Copies made until each ${breakdown.timeline.step}; the dashed line is all ${count(counts.documents)} documents.</p></section>
<section><h2>Throughput</h2>${orNone(charts.throughput)}<p class="sum">Times are UTC.</p></section>
<section><h2>How strongly the copies are proved</h2>${orNone(charts.evidence)}
${table(
  ['Grade', 'Copies', 'What is known'],
  EVIDENCE_GRADES.map((grade) => [grade, count(counts.evidence[grade]), text(EVIDENCE_MEANING[grade])]),
  [1],
)}</section>
<section><h2>Ready to switch</h2><p>${count(report.ready.ready)} of ${countOf(counts.documents, 'document')} are verified and still open from the vendor${
    report.ready.oldestBackup === undefined
      ? ''
      : `; the oldest of these copies is of ${text(moment(report.ready.oldestBackup))}`
  }. ${count(counts.states.switched)} open from your bucket already.</p>${gateTable(report)}</section>
<section><h2>Errors, and what to do</h2>${errorTable(report)}</section>
<section><h2>Extensions</h2>${orNone(charts.extensions)}${more(breakdown.extensions.length, 'extension')}</section>
<section><h2>Largest accounts</h2>${orNone(charts.accounts)}${more(counts.accounts, 'account')}</section>
<section><h2>Newest runs</h2>${runTable(report)}</section>
<footer>All figures are the catalog's own counters, kept in the same transactions as the rows.</footer>
</body></html>
`;
}

/** What stands in the way of the next wave, each with what mends it. */
function gateTable({ readiness }: Report): string {
  if (readiness === undefined) return '';
  const { documents, accounts, gates, notAsked } = readiness;
  return `<h3>The next wave: ${countOf(documents, 'document')} of ${countOf(accounts, 'account')}</h3>${table(
    ['Gate', 'Verdict', 'Found', 'Must be', 'What mends it'],
    gates.map(({ id, verdict, found, threshold, mend = '' }) => [
      text(id),
      `<b class="${verdict}">${verdict === 'green' ? '✓ green' : verdict === 'red' ? '✗ red' : verdict}</b>`,
      text(found),
      text(threshold),
      text(mend),
    ]),
    [],
  )}${notAsked.length === 0 ? '' : `<p class="sum">Only the org, the bucket and the redirect service can answer ${text(notAsked.join(', '))}: sf migrate files status --readiness --target-org production.</p>`}`;
}

function needsPerson({ counts: { states } }: Report): number {
  return states.changed + states.failed + states.missing + states.denied + states.archived;
}

function skipped({ counts: { skippedByRule } }: Report): string {
  const rules = Object.entries(skippedByRule);
  if (rules.length === 0) return '';
  return ` Skipped by rule: ${rules.map(([rule, documents]) => `${text(rule)} ${count(documents)}`).join(', ')}.`;
}

function errorTable({ errors }: Report): string {
  const open = errors.filter(({ documents }) => documents > 0);
  if (open.length === 0) return '<p>No document has an error.</p>';
  return table(
    ['Error', 'Documents', 'For example', 'What to do'],
    open.map((error) => [text(error.code), count(error.documents), text(error.example), text(advice(error))]),
    [1],
  );
}

function runTable({ runs, at }: Report): string {
  if (runs.length === 0) return '<p>None yet.</p>';
  return table(
    ['Run', 'What', 'Status', 'Started', 'Took', 'Processed', 'Bytes'],
    runs.map((run) => [
      String(run.id),
      text(`${run.type}, ${run.mode}`),
      text(run.status.replaceAll('_', ' ')),
      text(moment(run.startedAt)),
      duration((run.endedAt ?? (run.status === 'running' ? at : run.heartbeatAt)) - run.startedAt),
      count(run.counters.processed),
      bytes(run.counters.bytesCopied),
    ]),
    [4, 5, 6],
  );
}

function figure(value: string, label: string): string {
  return `<div><b>${text(value)}</b><span>${text(label)}</span></div>`;
}

/** @param rows cells that are HTML already */
function table(heads: readonly string[], rows: readonly (readonly string[])[], right: readonly number[]): string {
  const cell = (tag: string, value: string, column: number): string =>
    `<${tag}${right.includes(column) ? ' class="n"' : ''}>${value}</${tag}>`;
  const row = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((value, column) => cell(tag, value, column)).join('')}</tr>`;
  return `<table><thead>${row('th', heads.map(text))}</thead><tbody>${rows.map((cells) => row('td', cells)).join('\n')}</tbody></table>`;
}

function orNone(chart: string): string {
  return chart === '' ? '<p>Nothing to show yet.</p>' : chart;
}

function more(all: number, noun: string): string {
  return all > 12 ? `<p class="sum">The first 12 of ${countOf(all, noun)}.</p>` : '';
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names and messages come from records and servers: none of them is markup. */
function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

const style = `
:root{color-scheme:light}body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#181818;background:#f3f3f3;margin:0 auto;max-width:1040px;padding:32px 24px}
header{border-left:6px solid #0b5cab;padding-left:18px;margin-bottom:24px}h1{font-size:30px;margin:0}header p{margin:2px 0;color:#5c5c5c}
h2{font-size:18px;margin:0 0 12px}section{background:#fff;border:1px solid #e5e5e5;border-radius:8px;padding:20px 24px;margin:0 0 16px;break-inside:avoid}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:16px}.figures b{display:block;font-size:28px;line-height:1.2;color:#0b5cab}.figures span{color:#5c5c5c}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th{text-align:left;font-weight:600;color:#5c5c5c;border-bottom:1px solid #c9c9c9}
td,th{padding:5px 18px 5px 0;vertical-align:top}td{overflow-wrap:break-word}td b{white-space:nowrap}th{white-space:nowrap}td{border-bottom:1px solid #f0f0f0}.n{text-align:right;white-space:nowrap}
h3{font-size:15px;margin:14px 0 8px}.green{color:#2e844a}.red{color:#ba0517}.ignored,.later{color:#5c5c5c}
i{display:inline-block;width:12px;height:12px;border-radius:2px}svg{max-width:100%;height:auto}.sum,footer{color:#5c5c5c;font-size:13px;margin:8px 0 0}
@media print{body{background:#fff;padding:0;max-width:none}section{border:0;padding:8px 0}i{print-color-adjust:exact}}
@media (max-width:700px){.figures{grid-template-columns:1fr 1fr}}`;
