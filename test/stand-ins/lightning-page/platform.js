/* global EventSource, fetch, location */
/**
 * What the Lightning platform gives to components, for the preview: Apex wires, record data, events and navigation, each
 * answered by the preview's server from the simulated org. What is not here fails the build.
 */
const wires = new Set();

async function ask(path) {
  const response = await fetch(path);
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.message), { body, status: response.status });
  return body;
}

/** As the platform does: what a wire provides cannot be changed. */
function frozen(value) {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** A wire adapter: asks once all of its parameters are there, and again when it is refreshed. */
function adapter(pathOf) {
  return class {
    constructor(provide) {
      this.provide = provide;
      this.generation = 0;
      provide({ data: undefined, error: undefined });
    }
    connect() {
      wires.add(this);
    }
    disconnect() {
      wires.delete(this);
    }
    update(config) {
      this.path = Object.values(config).some((value) => value === undefined) ? undefined : pathOf(config);
      return this.fetch();
    }
    async fetch() {
      if (this.path === undefined) return;
      const generation = ++this.generation;
      const answer = await ask(this.path).then(
        (data) => ({ data: frozen(data), error: undefined }),
        (error) => ({
          data: undefined,
          error: { body: error.body ?? { message: error.message }, status: error.status },
        }),
      );
      if (generation === this.generation) this.provide(answer);
    }
  };
}

export function apexMethod(name) {
  const pathOf = (parameters) => `/apex/${name}?parameters=${encodeURIComponent(JSON.stringify(parameters ?? {}))}`;
  const method = (parameters) => ask(pathOf(parameters));
  method.adapter = adapter(pathOf);
  return method;
}

/** The platform refreshes the one wire; here all of them, which costs a loopback request each. */
export async function refreshApex() {
  await Promise.all([...wires].map((wire) => wire.fetch()));
}

export const getRecord = Object.assign(() => undefined, {
  adapter: adapter(({ recordId, fields }) => {
    const names = (fields ?? []).map((field) => field.fieldApiName).join(',');
    return `/record/${recordId}?fields=${names}`;
  }),
});

export function getFieldValue(record, field) {
  return record?.fields?.[field.fieldApiName]?.value ?? null;
}

const listeners = new Map();
let stream;

export const empApi = {
  isEmpEnabled: () => Promise.resolve(true),
  onError: () => undefined,
  subscribe(channel, replayId, callback) {
    stream ??= new EventSource('/events');
    const listener = ({ data }) => {
      const event = JSON.parse(data);
      if (`/event/${event.object}` === channel) callback({ channel, data: event });
    };
    const subscription = { channel, replayId, id: listeners.size + 1 };
    listeners.set(subscription.id, listener);
    stream.addEventListener('message', listener);
    return Promise.resolve(subscription);
  },
  unsubscribe({ id }, callback) {
    stream?.removeEventListener('message', listeners.get(id));
    listeners.delete(id);
    callback?.({ successful: true });
    return Promise.resolve(true);
  },
};

const GENERATE_URL = Symbol('GenerateUrl');
const NAVIGATE = Symbol('Navigate');

/** Record pages of the preview: a document's own page. */
export function NavigationMixin(Base) {
  return class extends Base {
    [GENERATE_URL]({ attributes }) {
      return Promise.resolve(`/document/${attributes.recordId}`);
    }
    async [NAVIGATE](page) {
      location.assign(await this[GENERATE_URL](page));
    }
  };
}
NavigationMixin.GenerateUrl = GENERATE_URL;
NavigationMixin.Navigate = NAVIGATE;
