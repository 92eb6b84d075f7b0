import type { FailureClass } from './failure.ts';
import { failureInfo, type FailureCode } from './failure-codes.ts';

/** What a person should do about a class of errors. */
export function advice({ code, failureClass }: { code: FailureCode; failureClass: FailureClass }): string {
  return failureInfo(code)?.advice ?? adviceByClass(failureClass);
}

function adviceByClass(failureClass: FailureClass): string {
  switch (failureClass) {
    case 'retry':
    case 'pause':
      return 'It may pass by itself: sf migrate files backup --retry failed';
    case 'stop':
      return 'The set-up is wrong; see: sf migrate files doctor';
    case 'skip':
      return 'See the example, and the documents: sf migrate files status --recent-errors 50';
  }
}
