import type { RequestListener } from 'node:http';

type MetricsSource = { readonly contentType: string; readonly metrics: () => Promise<string> };

/** `GET /metrics` on a port of its own, which no load balancer leads to. */
export function metricsPage(source: MetricsSource): RequestListener {
  return (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    source.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': source.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  };
}
