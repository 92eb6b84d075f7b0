import type { World } from './world.ts';

/** What every chapter of the demo works with. */
export type Stage = {
  readonly world: World;
  /** Tells what happens around the commands; silent with `--json`. */
  readonly say: (text: string) => void;
  /** How many processes copy; undefined: the command's own. */
  readonly workers: number | undefined;
  /** Shows a command as a person types it, and runs it. */
  readonly run: (...args: readonly string[]) => Promise<void>;
};
