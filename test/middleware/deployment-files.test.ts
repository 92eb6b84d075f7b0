import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse, parseAllDocuments } from 'yaml';
import { REDIRECT_VARIABLES, readEnvironment } from '../../middleware/src/environment.ts';
import { redirectWorld } from '@file-migration/kit/redirect/redirect-world';
import { variables } from '@file-migration/kit/redirect/variables';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const template = textOf('config/aws/redirect.yaml');
const kubernetes = textOf('middleware/deploy/kubernetes.yaml');
const compose = textOf('middleware/deploy/compose.yaml');
const rules = textOf('middleware/deploy/prometheus-rules.yaml');
const dashboard = textOf('middleware/deploy/grafana-dashboard.json');

/** Delay and drain together, and a moment to spare. */
const LONGEST_STOP = 15 + 20;

describe('What deploys the redirect service', () => {
  it('sets variables that the service knows', () => {
    for (const [name, text] of Object.entries({ template, kubernetes, compose })) {
      const named = [...text.matchAll(/\bREDIRECT_[A-Z0-9_]+/g)].map(([variable]) => variable);
      expect(
        named.filter((variable) => !REDIRECT_VARIABLES.includes(variable)),
        name,
      ).to.deep.equal([]);
    }
  });

  it('sets on AWS and on Kubernetes all that it needs to start', () => {
    const needed = REDIRECT_VARIABLES.filter((name) => {
      const without = Object.fromEntries(Object.entries(variables()).filter(([other]) => other !== name));
      try {
        readEnvironment(without);
        return false;
      } catch {
        return true;
      }
    });
    for (const [name, text] of Object.entries({ template, kubernetes })) {
      expect(
        needed.filter((variable) => !text.includes(variable)),
        name,
      ).to.deep.equal([]);
    }
  });

  it('gives it longer to stop than it takes at most', () => {
    const seconds = [
      /StopTimeout: (\d+)/.exec(template)?.[1],
      /terminationGracePeriodSeconds: (\d+)/.exec(kubernetes)?.[1],
      /stop_grace_period: (\d+)s/.exec(compose)?.[1],
    ].map(Number);
    for (const one of seconds) expect(one).to.be.greaterThan(LONGEST_STOP);
  });

  it('is sound YAML: every document of the manifest has a kind, both instances of the composition are the same', () => {
    const documents = parseAllDocuments(kubernetes).map((document) => {
      expect(document.errors).to.deep.equal([]);
      return document.toJS() as { kind: string; metadata: { name: string } };
    });
    expect(documents.map(({ kind }) => kind)).to.include.members(['Deployment', 'Service', 'Ingress', 'ConfigMap']);
    const { services } = parse(compose, { merge: true }) as { services: Record<string, unknown> };
    expect(services['redirect-a']).to.deep.equal(services['redirect-b']);
  });

  it('watches metrics that the service has', async () => {
    const world = await redirectWorld();
    try {
      const metrics = await (await fetch(`http://127.0.0.1:${world.service.metricsPort}/metrics`)).text();
      const named = [...(rules + dashboard).matchAll(/\bredirect_[a-z_]+/g)].map(([metric]) =>
        metric.replace(/_(bucket|count|sum)$/, ''),
      );
      // a gauge that only a service with link certificates has
      const known = `${metrics} redirect_link_certificate_seconds_left `;
      expect([...new Set(named)].filter((metric) => !known.includes(`${metric} `))).to.deep.equal([]);
    } finally {
      await world.close();
    }
    expect((parse(rules) as { groups: { rules: unknown[] }[] }).groups[0]?.rules.length).to.be.greaterThan(5);
    expect((JSON.parse(dashboard) as { panels: unknown[] }).panels.length).to.be.greaterThan(5);
  });
});
