/**
 * Joins each signal with `always`: one joined signal for each, however many calls are made with it, because every
 * `AbortSignal.any` leaves a trace on the signals it is made of.
 */
export function joinedSignals(always: AbortSignal): (signal: AbortSignal) => AbortSignal {
  const joined = new WeakMap<AbortSignal, AbortSignal>();
  return (signal) => {
    let either = joined.get(signal);
    if (either === undefined) {
      either = AbortSignal.any([signal, always]);
      joined.set(signal, either);
    }
    return either;
  };
}
