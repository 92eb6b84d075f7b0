import type { SalesforceOrg } from '../../salesforce-org/index.ts';

export type Answer = {
  readonly status: number;
  readonly json: unknown;
  readonly text: string;
  readonly headers: Headers;
};

/** One call of the newest API version, as a user (by name) or with a token. */
export async function restCall(
  org: SalesforceOrg,
  userOrToken: string,
  path: string,
  init: { method?: string; body?: string | object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const token = userOrToken.includes('!') ? userOrToken : (org.accessTokens[userOrToken] ?? '');
  const body = typeof init.body === 'object' ? JSON.stringify(init.body) : init.body;
  const answer = await fetch(`${org.url}/services/data/v68.0${path}`, {
    method: init.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...init.headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return {
    status: answer.status,
    json: isJson ? (JSON.parse(text) as unknown) : undefined,
    text,
    headers: answer.headers,
  };
}

export function idFrom(json: unknown): string {
  const { Id, id } = json as { Id?: string; id?: string };
  return Id ?? id ?? '';
}
