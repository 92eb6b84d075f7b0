import type { Bars } from './cases.ts';
import { ratios, type Figures } from './figures.ts';

/** The bars that were not reached, as sentences; empty when all were. */
export function missed({ speed, cpu, peakRssMb }: Bars, ours: Figures, peer: Figures): string[] {
  const ratio = ratios(ours, peer);
  const sentences: string[] = [];
  if (!(ratio[speed.of] >= speed.least)) sentences.push(below(speed.of, ratio[speed.of], speed.least));
  if (cpu !== undefined && !(ratio.cpuMsPerFile <= cpu.most)) {
    sentences.push(`CPU a file is ${ratio.cpuMsPerFile.toFixed(2)} of the peer's, wanted is at most ${cpu.most}.`);
  }
  if (!(ours.peakRssMb <= peakRssMb)) {
    sentences.push(`Peak memory is ${ours.peakRssMb.toFixed(0)} MB, wanted is at most ${peakRssMb} MB.`);
  }
  return sentences;
}

function below(name: keyof Figures, ratio: number, least: number): string {
  return `${name} is ${ratio.toFixed(2)} of the peer's, wanted is at least ${least}.`;
}
