import type { Problem, Project } from '@file-migration/stand-ins/sfdx-project/project';

/** One offline check of the Salesforce side: a rule that nothing else enforces before somebody's production org does. */
export type Check = {
  readonly name: string;
  /** Runs a Java program; skipped, and said so, on a machine without Java. */
  readonly needsJava?: true;
  readonly run: (project: Project) => Promise<readonly Problem[]> | readonly Problem[];
};
