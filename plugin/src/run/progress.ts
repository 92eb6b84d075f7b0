/** One moment of a run, as every progress display shows it. All figures are counted, none is guessed. */
export type Progress = {
  readonly stage: string;
  /** Documents with an outcome in this run. */
  readonly done: number;
  /** Documents that this run takes on; grows while discovery goes on, and is then exact. */
  readonly total: number;
  readonly totalIsFinal: boolean;
  /** Bytes that went through; undefined where a phase moves none. */
  readonly bytes: number | undefined;
  /** Outcomes so far that need a person: no copy, no proof, no link. */
  readonly attention: number;
  /** Short facts for the end of the line: `3 waiting for another try`, `paused: API budget`. */
  readonly notes: readonly string[];
};

/** Shows progress until it is stopped. Implementations sample; the work never waits for a display. */
export type ProgressDisplay = {
  /** Stops showing; the last state stays on the screen. */
  stop(end: 'completed' | 'failed' | 'stopped'): void;
};

export type ProgressSource = () => Progress;
