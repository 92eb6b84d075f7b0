import { EVIDENCE_GRADES, EVIDENCE_MEANING } from '@file-migration/config';
import { documentStates, stateMeaning } from '../../model/document-state.ts';
import { bytes, count, countOf, duration, moment, share } from '../../format/quantity.ts';
import { advice, decisionText, nextSteps, standingText, type Step } from '../../model/guidance.ts';
import { failureInfo } from '../../model/failure-codes.ts';
import type { CheckStatus } from '../../checks/check.ts';
import { gateLabels } from '../../publish/gate-results.ts';
import type { Report } from '../../report/report.ts';
import { runTitle } from '../status/run-title.ts';
import { figureBar, progressChart, stateBar, throughputChart } from './charts.ts';
import { Markup, html } from './markup.ts';
import { style } from './style.ts';
import { runStatusLabel, stateColor, stateLabel } from './words.ts';

const shownRows = 10;
const shownRuns = 8;

/** The report as one HTML file: it opens offline, asks nothing of anybody, fits a phone, and prints. */
export function reportPage(report: Report): string {
  const { at, organization } = report;
  const title = `File migration${organization === undefined ? '' : ` of ${organization}`}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}, ${moment(at)}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>Status on ${moment(at)}</p>
        </header>
        <main>
          ${summary(report)} ${states(report)} ${decisions(report)} ${progress(report)} ${readiness(report)}
          ${evidence(report)} ${largest(report)} ${runs(report)}
        </main>
        <footer>${footer(report)}</footer>
      </body>
    </html> `.text;
}

function section(title: string, ...content: readonly (Markup | undefined)[]): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${content.filter((part) => part !== undefined)}
  </section>`;
}

/** Where we stand, and what is asked of the reader. */
function summary(report: Report): Markup {
  const { counts, runs: newest } = report;
  const [lastRun] = newest;
  const decision = decisionText(report);
  const safe = counts.states.verified + counts.states.switched;
  return section(
    'Where we stand',
    html`<p class="lead">${standingText(report)}</p>`,
    html`<p>
      <strong>What is asked of you:</strong> ${decision ?? 'nothing at the moment.'}${
        decision === undefined ? '' : ' “Decisions needed” below says what each of them means.'
      }
    </p>`,
    html`<p>Next for the person who runs the migration:</p>
      <ol class="steps">
        ${nextSteps({
          counts,
          ...(lastRun !== undefined && { lastRun }),
        }).map(step)}
      </ol>`,
    html`<div class="tiles">
      ${[
        tile(share(safe, counts.documents), 'of all documents have a verified copy'),
        tile(count(counts.documents), `documents in ${countOf(counts.accounts, 'account')}`),
        tile(bytes(counts.bytes), 'in your bucket'),
        tile(count(counts.states.switched), 'open from your bucket'),
      ]}
    </div>`,
  );
}

function step({ reason, command }: Step): Markup {
  return html`<li>
    ${reason}${command === undefined ? '' : ': '}${command === undefined ? '' : html`<code>${command}</code>`}
  </li>`;
}

function tile(value: string, label: string): Markup {
  return html`<div><b>${value}</b><span>${label}</span></div>`;
}

function states(report: Report): Markup {
  const { counts } = report;
  const rules = Object.entries(counts.skippedByRule);
  return section(
    'All documents by state',
    counts.documents === 0 ? nothingYet : stateBar(report),
    table(
      [['State'], ['Documents', 'n'], ['Share', 'n'], ['What it means']],
      documentStates
        .filter((state) => counts.states[state] > 0)
        .map((state) => [
          html`<span><span class="key" style="background:${stateColor[state]}"></span>${stateLabel[state]}</span>`,
          count(counts.states[state]),
          share(counts.states[state], counts.documents),
          stateMeaning[state],
        ]),
    ),
    html`<p class="note">
      The states add up to
      ${countOf(counts.documents, 'document')}.${
        rules.length === 0
          ? ''
          : ` Skipped by rule: ${rules.map(([rule, documents]) => `${rule} ${count(documents)}`).join(', ')}.`
      }
    </p>`,
  );
}

/** Errors by class, each with what to do about it. */
function decisions({ errors }: Report): Markup {
  const open = errors.filter(({ documents }) => documents > 0);
  if (open.length === 0) return section('Decisions needed', html`<p>None: no document has an error.</p>`);
  return section(
    'Decisions needed',
    table(
      [['What happened'], ['Documents', 'n'], ['What to do'], ['Example']],
      open.map((error) => [
        failureInfo(error.code)?.text ?? error.code,
        count(error.documents),
        advice(error),
        error.example,
      ]),
    ),
  );
}

function progress(report: Report): Markup {
  const charts = [progressChart(report), throughputChart(report)].filter((chart) => chart !== undefined);
  return section('Progress', charts.length === 0 ? nothingYet : html`<div class="pair">${charts}</div>`);
}

/** What stands in the way of the next wave, and what fixes it. */
function readiness({ readiness: found, ready, counts }: Report): Markup {
  const oldest = ready.oldestBackup === undefined ? '' : `, the oldest copied at ${moment(ready.oldestBackup)}`;
  return section(
    'Ready to switch',
    html`<p>
      ${count(ready.ready)} of ${countOf(counts.documents, 'document')} have a verified copy and still open from the
      vendor${oldest}.
    </p>`,
    found &&
      html`<h3>
          Checks for the next wave: ${countOf(found.documents, 'document')} in ${countOf(found.accounts, 'account')}
        </h3>
        ${table(
          [['Check'], ['Result'], ['Found'], ['Required'], ['Fix']],
          found.gates.map(({ id, status, found: value, expected, fix = '–' }) => [
            gateLabels[id],
            html`<b class="${status}">${statusText[status]}</b>`,
            value,
            expected,
            fix,
          ]),
        )}`,
    found === undefined || found.notAsked.length === 0
      ? undefined
      : html`<p class="note">
          Not checked here, because they need the org, the bucket and the redirect service:
          ${found.notAsked.map((id) => gateLabels[id]).join('; ')}. Check them:
          <code>sf migrate files status --readiness --target-org &lt;alias&gt;</code>
        </p>`,
  );
}

const statusText: Readonly<Record<CheckStatus, string>> = {
  passed: '✓ passed',
  failed: '✗ failed',
  unknown: '✗ unknown',
  'not-checked': 'not checked yet',
  ignored: 'ignored',
};

function evidence({ counts }: Report): Markup {
  const grades = EVIDENCE_GRADES.filter((grade) => counts.evidence[grade] > 0);
  const all = grades.reduce((sum, grade) => sum + counts.evidence[grade], 0);
  return section(
    'Verification level of the copies',
    grades.length === 0
      ? nothingYet
      : table(
          [['Grade'], ['Copies', 'n'], ['Share', 'n'], ['What is known']],
          grades.map((grade) => [
            grade,
            count(counts.evidence[grade]),
            share(counts.evidence[grade], all),
            EVIDENCE_MEANING[grade],
          ]),
        ),
  );
}

function largest({ breakdown, accounts, counts }: Report): Markup {
  return html`<section>
    <h2>Where the documents are</h2>
    <div class="pair">
      <div>
        <h3>Accounts with the most documents</h3>
        ${ranking(
          'Account',
          accounts.map(({ accountId, accountName, documents }) => ({
            name: accountName ?? accountId ?? 'Without an account',
            documents,
          })),
          counts.accounts,
        )}
      </div>
      <div>
        <h3>Most frequent file types</h3>
        ${ranking(
          'Extension',
          breakdown.extensions.map(({ name, documents }) => ({ name: name === '' ? 'none' : name, documents })),
          breakdown.extensions.length,
        )}
      </div>
    </div>
  </section>`;
}

function ranking(head: string, rows: readonly { name: string; documents: number }[], all: number): Markup {
  if (rows.length === 0) return nothingYet;
  const shown = rows.slice(0, shownRows);
  const most = Math.max(...shown.map(({ documents }) => documents));
  return html`${table(
    [[head], ['Documents', 'n']],
    shown.map(({ name, documents }) => [html`<span>${name}${figureBar(documents, most)}</span>`, count(documents)]),
    { isNarrow: true },
  )}${all > shown.length ? html`<p class="note">The first ${count(shown.length)} of ${count(all)}.</p>` : undefined}`;
}

function runs({ runs: newest, at }: Report): Markup {
  if (newest.length === 0) return section('Latest runs', html`<p>None yet.</p>`);
  return section(
    'Latest runs',
    table(
      [['Run'], ['Status'], ['Started'], ['Duration', 'n'], ['Processed', 'n'], ['Copied', 'n']],
      newest
        .slice(0, shownRuns)
        .map((run) => [
          `${run.id}: ${runTitle(run)}`,
          runStatusLabel[run.status],
          moment(run.startedAt),
          duration((run.endedAt ?? (run.status === 'running' ? at : run.heartbeatAt)) - run.startedAt),
          count(run.counters.processed),
          bytes(run.counters.bytesCopied),
        ]),
    ),
  );
}

function footer({ place }: Report): Markup {
  return html`All figures are the catalog’s own counters; all times are
  UTC.${
    place === undefined
      ? ''
      : ` Object ${place.object} of organization ${place.organizationId}; bucket ${place.bucket}.`
  }`;
}

const nothingYet = html`<p>Nothing to show yet.</p>`;

type Head = readonly [name: string, kind?: 'n'];

/** On a phone each row becomes a block in which every cell has its heading; the roles keep it a table for a screen reader. */
function table(
  heads: readonly Head[],
  rows: readonly (readonly (string | Markup)[])[],
  { isNarrow = false }: { isNarrow?: boolean } = {},
): Markup {
  if (rows.length === 0) return nothingYet;
  return html`<table role="table" class="${isNarrow ? '' : 'stack'}">
    <thead role="rowgroup">
      <tr role="row">
        ${heads.map(([name, kind = '']) => html`<th role="columnheader" scope="col" class="${kind}">${name}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          html`<tr role="row">
            ${cells.map(
              (cell, column) =>
                html`<td role="cell" class="${heads[column]?.[1] ?? ''}" data-label="${heads[column]?.[0] ?? ''}">
                  ${cell}
                </td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
