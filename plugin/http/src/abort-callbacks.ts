/**
 * Callbacks for when a signal aborts, in place of one event listener each. Hundreds of requests wait on one signal, and
 * an EventTarget walks its whole list of listeners whenever one comes or goes.
 */
type Waiting = { readonly callbacks: Set<() => void>; readonly listener: () => void };

const waitingOn = new WeakMap<AbortSignal, Waiting>();

/** Calls once when `signal` aborts, unless taken back by {@link offAbort}. An aborted signal calls nobody. */
export function onAbort(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) return;
  let waiting = waitingOn.get(signal);
  if (waiting === undefined) {
    const callbacks = new Set<() => void>();
    waiting = { callbacks, listener: () => callAll(callbacks) };
    waitingOn.set(signal, waiting);
    signal.addEventListener('abort', waiting.listener, { once: true });
  }
  waiting.callbacks.add(callback);
}

/** The last one takes the listener along: a signal of `AbortSignal.any` with a listener is never collected. */
export function offAbort(signal: AbortSignal, callback: () => void): void {
  const waiting = waitingOn.get(signal);
  if (waiting === undefined) return;
  waiting.callbacks.delete(callback);
  if (waiting.callbacks.size > 0) return;
  signal.removeEventListener('abort', waiting.listener);
  waitingOn.delete(signal);
}

function callAll(callbacks: Set<() => void>): void {
  for (const callback of callbacks) {
    callbacks.delete(callback);
    callback();
  }
}
