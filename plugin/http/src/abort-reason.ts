/** Why a signal that has aborted did so, as an error that can be thrown. */
export function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new DOMException('The work was cancelled.', 'AbortError');
}
