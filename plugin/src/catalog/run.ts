declare const brand: unique symbol;

/** One execution of a command that changes something. */
export type RunId = number & { readonly [brand]: 'RunId' };

export type RunType = 'backup' | 'verify' | 'switch' | 'relink' | 'rollback' | 'import';
export type RunMode = 'full' | 'incremental' | 'resume' | 'retry';
export type RunStatus = 'running' | 'completed' | 'completed_with_failures' | 'stopped' | 'interrupted' | 'failed';
