import { randomUUID } from 'node:crypto';

export type PublishedEvent = {
  readonly object: string;
  readonly replayId: number;
  readonly at: number;
  readonly payload: Readonly<Record<string, unknown>>;
};

/** Platform events, as a list one can read and listen to. */
export class EventFeed {
  readonly #events: PublishedEvent[] = [];
  readonly #listeners = new Set<(event: PublishedEvent) => void>();

  publish(
    object: string,
    payload: Readonly<Record<string, unknown>>,
    at: number,
  ): { id: string; event: PublishedEvent } {
    const event = { object, replayId: this.#events.length + 1, at, payload };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return { id: `e0${randomUUID().replaceAll('-', '').slice(0, 16)}`, event };
  }

  /** The events of an object with a higher replay id. */
  since(replayId: number, object?: string): PublishedEvent[] {
    return this.#events.filter(
      (event) => event.replayId > replayId && (object === undefined || event.object === object),
    );
  }

  /** Calls for every event from now on; returns how to stop. */
  listen(listener: (event: PublishedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
