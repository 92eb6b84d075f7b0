/**
 * Callbacks for when a signal aborts, in place of one event listener each. Hundreds of requests wait on one signal, and
 * an EventTarget walks its whole list of listeners whenever one comes or goes.
 */
const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls once when `signal` aborts, unless taken back by {@link offAbort}. An aborted signal calls nobody. */
export function onAbort(signal: AbortSignal, callback: () => void): void {
  let callbacks = callbacksOf.get(signal);
  if (callbacks === undefined) {
    const added = new Set<() => void>();
    callbacks = added;
    callbacksOf.set(signal, added);
    signal.addEventListener('abort', () => callAll(added), { once: true });
  }
  callbacks.add(callback);
}

export function offAbort(signal: AbortSignal, callback: () => void): void {
  callbacksOf.get(signal)?.delete(callback);
}

function callAll(callbacks: Set<() => void>): void {
  for (const callback of callbacks) {
    callbacks.delete(callback);
    callback();
  }
}
