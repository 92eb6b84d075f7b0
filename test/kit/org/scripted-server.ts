import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: string;
};
export type Step = (response: ServerResponse, request: Received) => void;

/** A server that answers one request after another as its script says: for answers that no sound org would give. */
export type ScriptedServer = {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
};

export async function scriptedServer(script: readonly Step[]): Promise<ScriptedServer> {
  const received: Received[] = [];
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = {
      method: message.method ?? '',
      path: message.url ?? '',
      token: (message.headers.authorization ?? '').replace('Bearer ', ''),
      body: await text(message),
    };
    received.push(request);
    const step = script[received.length - 1] ?? script.at(-1);
    step?.(response, request);
  };
  const server = createServer((message, response) => void answer(message, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Step {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
}

export function refusal(status: number, errorCode: string, headers: Record<string, string> = {}): Step {
  return json([{ errorCode, message: `${errorCode} it is.` }], status, headers);
}

/** Takes the request and hangs up. */
export const hangUp: Step = (response) => void response.destroy();
