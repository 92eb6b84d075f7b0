import type { WorkerEnd, WorkerNow } from '../../context/fleet-worker.ts';
import { count, countOf } from '../../format/quantity.ts';

/** `working for catalog 1f0e…: 12,400 documents in 52 jobs, 180 in hand` */
export function workerLine({ state, trouble, order, documents, totals }: WorkerNow): string {
  const done = `${countOf(totals.documents, 'document')} in ${countOf(totals.jobs, 'job')}`;
  switch (state) {
    case 'connecting':
      return trouble === undefined ? 'connecting to the queue' : `no connection: ${trouble}`;
    case 'waiting':
      return `waiting for a coordinator with the same settings; ${done} so far`;
    case 'working':
      return `working for the catalog ${order?.catalog ?? ''}: ${done}, ${count(documents)} in hand`;
  }
}

export function workerSummary({ because, documents, jobs, dropped }: WorkerEnd): string {
  const why = because === 'idle' ? 'Nothing to do any more' : 'Stopped';
  const lost = dropped === 0 ? '' : `; ${countOf(dropped, 'job')} given up, because another worker had them`;
  return `${why}. ${countOf(documents, 'document')} in ${countOf(jobs, 'job')}${lost}.`;
}
