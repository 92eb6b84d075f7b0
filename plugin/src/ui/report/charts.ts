import { timeSteps, type Timeline } from '../../catalog/statistics.ts';
import { documentStates } from '../../model/document-state.ts';
import { bytes, count, countOf, share } from '../../format/quantity.ts';
import type { Report } from '../../report/report.ts';
import { html, type Markup } from './markup.ts';
import { stateColor, stateLabel } from './words.ts';

/** Points of a chart across its width and height, both 0 to {@link size}; the browser stretches it to the page. */
const size = 1_000;

/** All documents in one bar, by state. */
export function stateBar({ counts: { states, documents } }: Report): Markup {
  const parts = documentStates.filter((state) => states[state] > 0);
  const label = parts.map((state) => `${stateLabel[state]} ${share(states[state], documents)}`).join(', ');
  return html`<div class="bar" role="img" aria-label="${label}">
    ${parts.map((state) => html`<i style="flex-grow:${states[state]};background:${stateColor[state]}"></i>`)}
  </div>`;
}

/** A bar behind a figure, as long as its share of the largest. */
export function figureBar(value: number, largest: number): Markup {
  const percent = largest === 0 ? 0 : (value / largest) * 100;
  return html`<span class="figure-bar" style="width:${percent.toFixed(2)}%"></span>`;
}

/** How the copies came together: documents until each moment, against all of them. */
export function progressChart({ breakdown: { timeline }, counts: { documents } }: Report): Markup | undefined {
  const { copies } = timeline;
  if (copies.length === 0) return undefined;
  const { from, until, across } = timeScale(timeline);
  const most = Math.max(
    documents,
    copies.reduce((sum, one) => sum + one.documents, 0),
  );
  let sum = 0;
  const line = copies.map(({ name, documents: copied }) => {
    sum += copied;
    return `L${across(Date.parse(name) + timeSteps[timeline.step])},${down(sum, most)}`;
  });
  return plot({
    title: `Documents copied over time: ${count(sum)} of ${count(documents)}`,
    top: countOf(most, 'document'),
    from,
    until,
    shapes: html`<path class="area" d="M0,${size}${line.join('')}L${size},${down(sum, most)}L${size},${size}Z" /><path
        class="line"
        d="M0,${size}${line.join('')}"
      />`,
  });
}

/** Bytes copied in each step of time. */
export function throughputChart({ breakdown: { timeline } }: Report): Markup | undefined {
  const { copies, step } = timeline;
  if (copies.length === 0) return undefined;
  const { from, until, across } = timeScale(timeline);
  const most = Math.max(...copies.map(({ bytes: copied }) => copied));
  return plot({
    title: `Bytes copied per ${step}, at most ${bytes(most)}`,
    top: `${bytes(most)} per ${step}`,
    from,
    until,
    shapes: html`<path
      class="bars"
      d="${copies
        .map(({ name, bytes: copied }) => {
          const left = across(Date.parse(name));
          const right = across(Date.parse(name) + timeSteps[step]);
          return `M${left},${size}V${down(copied, most)}H${right}V${size}Z`;
        })
        .join('')}"
    />`,
  });
}

type Plot = { title: string; top: string; from: string; until: string; shapes: Markup };

function plot({ title, top, from, until, shapes }: Plot): Markup {
  return html`<figure>
    <figcaption>${title}</figcaption>
    <p class="scale">${top}</p>
    <svg viewBox="0 0 ${size} ${size}" preserveAspectRatio="none" role="img" aria-label="${title}">${shapes}</svg>
    <p class="scale"><span>${from}</span><span>${until}</span></p>
  </figure>`;
}

function timeScale({ copies, step }: Timeline): { from: string; until: string; across: (at: number) => string } {
  const first = Date.parse(copies[0]?.name ?? '');
  const last = Date.parse(copies.at(-1)?.name ?? '') + timeSteps[step];
  const written = { second: 19, minute: 16, hour: 16, day: 10 }[step];
  const said = (at: number): string => `${new Date(at).toISOString().slice(0, written).replace('T', ' ')} UTC`;
  return {
    from: said(first),
    until: said(step === 'day' ? last - timeSteps.day : last),
    across: (at) => (((at - first) / (last - first)) * size).toFixed(1),
  };
}

function down(value: number, most: number): string {
  return (size - (most === 0 ? 0 : (value / most) * size)).toFixed(1);
}
