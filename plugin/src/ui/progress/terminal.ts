import { ParallelMultiStageOutput } from '@oclif/multi-stage-output';
import { bytes, count, duration, share } from '../../format/quantity.ts';
import { Meter } from '../../run/meter.ts';
import { noteText } from './notes.ts';
import type { Progress, ProgressDisplay, ProgressSource } from '../../run/progress.ts';

const barWidth = 32;

/** For a terminal: the stages with a bar, rate, bytes and time left, in sf's own look. */
export function terminalDisplay(title: string, stages: readonly string[], source: ProgressSource): ProgressDisplay {
  const meter = new Meter();
  const output = new ParallelMultiStageOutput<Shown>({
    title,
    stages: [...stages],
    jsonEnabled: false,
    showStageTime: false,
    timerUnit: 's',
    postStagesBlock: [
      { type: 'message', get: (shown) => shown?.bar },
      { type: 'static-key-value', label: 'Documents', get: (shown) => shown?.documents },
      { type: 'static-key-value', label: 'Bytes', get: (shown) => shown?.bytes },
      { type: 'static-key-value', label: 'Rate', get: (shown) => shown?.rate },
      { type: 'static-key-value', label: 'Time left', get: (shown) => shown?.left },
      { type: 'static-key-value', label: 'Need attention', get: (shown) => shown?.attention },
      { type: 'static-key-value', label: 'Note', get: (shown) => shown?.note },
    ],
  });
  const started = new Set<string>();
  const refresh = (): void => {
    const now = source();
    meter.sample(performance.now(), now.done, now.bytes ?? 0);
    const reached = stages.indexOf(now.stage);
    stages.forEach((stage, index) => {
      if (index <= reached && !started.has(stage)) {
        started.add(stage);
        output.startStage(stage);
      }
      if (index < reached) output.stopStage(stage);
    });
    output.updateData(shown(now, meter));
  };
  refresh();
  const tick = setInterval(refresh, 500);
  return {
    stop: (end) => {
      clearInterval(tick);
      refresh();
      if (end === 'completed') for (const stage of stages) output.stopStage(stage);
      output.stop(end === 'completed' ? 'completed' : end === 'failed' ? 'failed' : 'aborted');
    },
  };
}

type Shown = {
  bar: string;
  documents: string;
  bytes: string | undefined;
  rate: string;
  left: string | undefined;
  attention: string | undefined;
  note: string | undefined;
};

function shown(now: Progress, meter: Meter): Shown {
  const rate = meter.rate();
  const left = now.totalIsFinal ? meter.timeLeft(now.total - now.done) : undefined;
  return {
    bar: bar(now),
    documents: `${count(now.done)} of ${count(now.total)}${now.totalIsFinal ? '' : ' found so far'}`,
    bytes: now.bytes === undefined ? undefined : bytes(now.bytes),
    rate:
      now.bytes === undefined
        ? `${count(Math.round(rate.files))} documents/s`
        : `${count(Math.round(rate.files))} files/s, ${bytes(rate.bytes)}/s`,
    left: left === undefined ? undefined : duration(left),
    attention: now.attention > 0 ? count(now.attention) : undefined,
    note: now.notes.length > 0 ? now.notes.map(noteText).join('; ') : undefined,
  };
}

function bar(now: Progress): string {
  const filled = now.total === 0 ? 0 : Math.floor((now.done / now.total) * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${share(now.done, now.total)}`;
}
