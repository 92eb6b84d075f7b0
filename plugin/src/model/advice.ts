import type { ErrorClassCount } from '../catalog/port.ts';

const byCode: Readonly<Record<string, string>> = {
  'source-missing': 'The vendor no longer has the file. Ask the vendor, or accept the loss in writing.',
  'source-denied': 'Ask the vendor for read access to the bucket, then: sf migrate files backup --retry denied',
  'source-archived': 'Have the files restored from the archive class, then: sf migrate files backup --retry archived',
  'target-occupied': 'Find out who wrote the object; nothing is ever overwritten.',
  'source-changed': 'The vendor wrote the file after it was copied; decide which of the two is the right one.',
  'target-missing': 'Copy it anew: sf migrate files backup --retry failed',
  'target-differs': 'Find out who wrote over the object; restore it from an older version of the bucket.',
  'suspect-content': 'Open the URL in a browser: it is probably an error or sign-in page.',
};

/** What a person should do about a class of errors. */
export function advice({ code, failureClass }: ErrorClassCount): string {
  const known = byCode[code];
  if (known !== undefined) return known;
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
