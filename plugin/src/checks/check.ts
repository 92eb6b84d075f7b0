/** One thing that was looked at. */
export type Check = {
  /** A stable name for programs: `target-writable`. */
  readonly id: string;
  readonly area: 'machine' | 'catalog' | 'org' | 'source' | 'target';
  readonly verdict: Verdict;
  /** What was found, as a sentence. */
  readonly finding: string;
  /** What to do about it, as an exact command or setting; only with `warn` and `fail`. */
  readonly fix?: string;
};

export type Verdict = 'pass' | 'warn' | 'fail';

type Area = Check['area'];

/** The three verdicts for one area, so that a check reads as what it says. */
export function checksOf(area: Area): {
  pass: (id: string, finding: string) => Check;
  warn: (id: string, finding: string, fix: string) => Check;
  fail: (id: string, finding: string, fix: string) => Check;
} {
  return {
    pass: (id, finding) => ({ id, area, verdict: 'pass', finding }),
    warn: (id, finding, fix) => ({ id, area, verdict: 'warn', finding, fix }),
    fail: (id, finding, fix) => ({ id, area, verdict: 'fail', finding, fix }),
  };
}

/** The worst verdict of all. */
export function worst(checks: readonly Check[]): Verdict {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return checks.some(({ verdict }) => verdict === 'warn') ? 'warn' : 'pass';
}
