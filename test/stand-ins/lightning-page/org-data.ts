/** Where the preview's data comes from: an org, seen by one user. */
export type OrgLogin = { readonly url: string; readonly accessToken: string };

/** What the org said instead of an answer; it goes on to the component as the platform would pass it on. */
export class OrgRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Reads from an org by REST, as the user whose token it is. */
export class OrgData {
  readonly #login: OrgLogin;
  readonly #version: string;

  constructor(login: OrgLogin, version: string) {
    this.#login = login;
    this.#version = version;
  }

  /** Records as an Apex wire hands them out: without `attributes`, and without fields that are empty. */
  async query(soql: string): Promise<Row[]> {
    const { records } = (await this.#get(`/services/data/v${this.#version}/query?q=${encodeURIComponent(soql)}`)) as {
      records: Row[];
    };
    return records.map(withoutEmpty);
  }

  /** A record as Lightning Data Service hands it out. */
  async record(
    id: string,
    fields: readonly string[],
  ): Promise<{ id: string; fields: Record<string, { value: unknown }> }> {
    const { sobjects } = (await this.#get(`/services/data/v${this.#version}/sobjects`)) as {
      sobjects: { name: string; keyPrefix: string | null }[];
    };
    const object = sobjects.find(({ keyPrefix }) => keyPrefix !== null && id.startsWith(keyPrefix))?.name;
    if (object === undefined || !/^\w{15,18}$/.test(id))
      throw new OrgRefusal(404, 'The requested resource does not exist');
    const names = [...new Set(['Name', ...fields])].filter((name) => /^\w+$/.test(name));
    const [row] = await this.query(`SELECT Id, ${names.join(', ')} FROM ${object} WHERE Id = '${id}'`);
    if (row === undefined) throw new OrgRefusal(404, 'The requested resource does not exist');
    return { id, fields: Object.fromEntries(names.map((name) => [name, { value: row[name] ?? null }])) };
  }

  /** The simulated org's events after a replay id; -1 asks for the newest id alone. */
  async events(after: number): Promise<{ object: string; replayId: number; payload: unknown }[]> {
    const path = `/stand-in/events?after=${Math.max(after, 0)}`;
    return (await this.#get(path)) as { object: string; replayId: number; payload: unknown }[];
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(new URL(path, this.#login.url), {
      headers: { authorization: `Bearer ${this.#login.accessToken}` },
      signal: AbortSignal.timeout(10_000),
    });
    const body: unknown = await response.json();
    if (response.ok) return body;
    const message = (body as { message?: string }[])[0]?.message ?? `The org answered ${response.status}.`;
    throw new OrgRefusal(response.status, message);
  }
}

function withoutEmpty(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => name !== 'attributes' && value !== null && value !== undefined),
  );
}
