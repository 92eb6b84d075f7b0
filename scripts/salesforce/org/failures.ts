type Failure = {
  readonly fullName?: string;
  readonly fileName?: string;
  readonly lineNumber?: number | string;
  readonly problem?: string;
  readonly name?: string;
  readonly methodName?: string;
  readonly message?: string;
  readonly stackTrace?: string;
};
type OneOrMany<T> = T | readonly T[];

/** The parts of a deployment's result that say why it failed. */
export type DeployResult = {
  readonly errorMessage?: string;
  readonly details?: {
    readonly componentFailures?: OneOrMany<Failure>;
    readonly runTestResult?: {
      readonly failures?: OneOrMany<Failure>;
      readonly codeCoverageWarnings?: OneOrMany<Failure>;
    };
  };
};

/** One line a reason: components, then tests, then coverage. Never empty, because a failure without a reason helps nobody. */
export function failureLines(result: DeployResult | undefined, message: string | undefined): string[] {
  const tests = result?.details?.runTestResult;
  const lines = [
    ...many(result?.details?.componentFailures).map(
      ({ fullName, fileName, lineNumber, problem }) =>
        `${fullName ?? fileName ?? 'component'}${lineNumber === undefined ? '' : `:${lineNumber}`}: ${problem ?? ''}`,
    ),
    ...many(tests?.failures).map(
      ({ name, methodName, message: said, stackTrace }) =>
        `${name ?? ''}.${methodName ?? ''}: ${said ?? ''}${stackTrace === undefined ? '' : ` (${stackTrace})`}`,
    ),
    ...many(tests?.codeCoverageWarnings).map(({ name, message: said }) => `${name ?? 'coverage'}: ${said ?? ''}`),
  ];
  if (lines.length > 0) return lines;
  return [
    result?.errorMessage ??
      message ??
      'The org refused the deployment and did not say why: look at Setup > Deployment Status.',
  ];
}

/** The CLI hands out one failure as an object, several as a list. */
function many<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
