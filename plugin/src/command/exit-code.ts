/** What the process answers to the shell; the same table stands in every command's help. */
export const exitCode = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  someDocumentsFailed: 68,
  stopped: 69,
  notReady: 70,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The words of the table, for the help's section of error codes. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'Done.',
  1: 'Failed.',
  2: 'Wrong usage, configuration or place (another org, bucket or prefix than the catalog is bound to).',
  68: 'Done, but some documents failed; `sf migrate files status --errors` lists them.',
  69: 'Stopped or interrupted; nothing is lost, and the message is the command to resume.',
  70: 'Not ready: a check failed, or another process holds the catalog.',
};
