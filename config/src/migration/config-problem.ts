/** One thing that is wrong with a config: where, what stands there, what was expected. Secrets are never shown. */
export type ConfigProblem = {
  /** JSON path such as `source.hosts["files.example.com"].endpoint`; empty for the file as a whole. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
};
